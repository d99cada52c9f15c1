package dev.arda.nix.flake;

import dev.arda.nix.types.NixException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Work that counts only if it is done in time. */
final class Budget {

  private Budget() {}

  /**
   * The result of a piece of work, or another if the work fails or takes too long. Work that takes
   * too long is interrupted and waited for, so that nothing it started outlives the call by more
   * than it takes to stop.
   */
  static <T> T within(Duration budget, Callable<T> work, T otherwise) {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var future = executor.submit(work);
      try {
        return future.get(budget.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        future.cancel(true);
        return otherwise;
      } catch (InterruptedException e) {
        future.cancel(true);
        Thread.currentThread().interrupt();
        return otherwise;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof NixException) {
          return otherwise;
        }
        throw new IllegalStateException(e.getCause());
      }
    }
  }
}
