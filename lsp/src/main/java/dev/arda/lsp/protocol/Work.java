package dev.arda.lsp.protocol;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers requests on threads of their own, which a cancellation interrupts. */
final class Work {

  private Work() {}

  /** Runs a task; cancelling the future interrupts it. */
  @SuppressWarnings("Interruption") // of a thread that serves this one task
  static <T extends @Nullable Object> CompletableFuture<T> start(Supplier<T> task) {
    var result = new CompletableFuture<T>();
    var thread =
        Thread.ofVirtual()
            .name("arda-request")
            .unstarted(() -> {
              try {
                result.complete(task.get());
              } catch (CancellationException e) {
                result.cancel(false);
              } catch (RuntimeException | StackOverflowError e) {
                result.completeExceptionally(e);
              }
            });
    var _ =
        result.whenComplete((value, failure) -> {
          if (failure instanceof CancellationException) {
            thread.interrupt();
          }
        });
    thread.start();
    return result;
  }
}
