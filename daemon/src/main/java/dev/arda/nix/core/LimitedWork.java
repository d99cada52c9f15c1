package dev.arda.nix.core;

import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Work that blocks, can be given up by an interrupt, and is given up when it takes too long. It is
 * done by a thread of its own, so that an interrupt that ends it in time is never taken for one
 * that somebody else has sent.
 */
public final class LimitedWork {

  private LimitedWork() {}

  /**
   * Does work. Interrupting the calling thread interrupts the work. Whatever happens, the work has
   * ended when this returns.
   *
   * @param limit how long it may take
   * @return whether it was done in time; if not it was interrupted, and said that it was given up
   * @throws NixException what the work throws, {@code CANCELLED} if the calling thread was
   *     interrupted
   */
  public static boolean run(Duration limit, Runnable work) {
    return get(
            limit,
            () -> {
              work.run();
              return true;
            })
        .isPresent();
  }

  /**
   * Does work that has a result, like {@link #run}.
   *
   * @return empty: it was not done in time
   */
  public static <T> Optional<T> get(Duration limit, Supplier<T> work) {
    var task = new FutureTask<>(work::get);
    var worker = Thread.ofVirtual().name("arda-limited").start(task);
    boolean late = false;
    boolean interrupted = false;
    long end = System.nanoTime() + limit.toNanos();
    try {
      while (true) {
        try {
          return Optional.of(
              late || interrupted
                  ? task.get()
                  : task.get(end - System.nanoTime(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
          late = true;
          worker.interrupt();
        } catch (InterruptedException e) {
          interrupted = true;
          worker.interrupt();
        }
      }
    } catch (ExecutionException e) {
      if (late
          && !interrupted
          && e.getCause() instanceof NixException failure
          && failure.reason() == Reason.CANCELLED) {
        return Optional.empty();
      }
      throw unchecked(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException unchecked(ExecutionException failure) {
    return switch (failure.getCause()) {
      case RuntimeException exception -> exception;
      case Error error -> throw error;
      case null, default -> new IllegalStateException(failure);
    };
  }
}
