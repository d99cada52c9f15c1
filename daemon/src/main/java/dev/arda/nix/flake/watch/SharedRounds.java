package dev.arda.nix.flake.watch;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets callers that arrive before a piece of work starts share its result; those who arrive later
 * share the next. A caller who is interrupted leaves the others to do it themselves.
 */
final class SharedRounds<T> {

  /** The work. */
  interface Work<T> {
    T run() throws InterruptedException;
  }

  /** Those who share one run. An empty result: its leader left. */
  private static final class Round<T> {
    final CompletableFuture<Optional<T>> result = new CompletableFuture<>();
  }

  private final ReentrantLock running = new ReentrantLock();
  private final Object mutex = new Object();
  // Guarded by mutex.
  private @Nullable Round<T> gathering;

  /** The result of one run that began after this call. */
  T join(Work<T> work) throws InterruptedException {
    while (true) {
      Round<T> round;
      boolean leader;
      synchronized (mutex) {
        Round<T> open = gathering;
        leader = open == null;
        round = open == null ? new Round<>() : open;
        gathering = round;
      }
      if (leader) {
        return lead(round, work);
      }
      try {
        Optional<T> result = round.result.get();
        if (result.isPresent()) {
          return result.get();
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
  }

  private T lead(Round<T> round, Work<T> work) throws InterruptedException {
    try {
      running.lockInterruptibly();
      try {
        close(round);
        T result = work.run();
        round.result.complete(Optional.of(result));
        return result;
      } finally {
        running.unlock();
      }
    } catch (RuntimeException | Error e) {
      round.result.completeExceptionally(e);
      throw e;
    } finally {
      close(round);
      round.result.complete(Optional.empty());
    }
  }

  private void close(Round<T> round) {
    synchronized (mutex) {
      if (gathering == round) {
        gathering = null;
      }
    }
  }
}
