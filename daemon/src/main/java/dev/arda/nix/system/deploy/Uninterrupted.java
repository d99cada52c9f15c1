package dev.arda.nix.system.deploy;

import dev.arda.nix.types.NixException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Work that is finished whatever happens to the thread that wants it. */
final class Uninterrupted {

  private Uninterrupted() {}

  /** Does something on a thread that nobody interrupts, and waits for it whatever happens. */
  static <T> T run(Supplier<T> work) {
    var result = new CompletableFuture<T>();
    Thread.ofVirtual()
        .name("arda-activation")
        .start(() -> {
          try {
            result.complete(work.get());
          } catch (Throwable failure) { // handed on, whatever it is
            result.completeExceptionally(failure);
          }
        });
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof NixException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
