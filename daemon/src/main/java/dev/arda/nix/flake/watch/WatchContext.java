package dev.arda.nix.flake.watch;

import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;

/**
 * What all sources of one {@link Watches} share.
 *
 * @param settings time limits
 * @param counters their numbers
 * @param clock wall clock, compared with change times of files
 * @param nanoTime monotonic clock
 * @param background runs set-up and clean-up, one at a time
 * @param engines gives the engine in use
 */
record WatchContext(
    WatchSettings settings,
    WatchCounters counters,
    InstantSource clock,
    LongSupplier nanoTime,
    Executor background,
    Engines engines) {

  /** Where the engine in use comes from. */
  interface Engines {
    /**
     * The engine in use, a new one after the last failed.
     *
     * @throws IOException when there is none to be had
     */
    Engine get() throws IOException;
  }

  Engine engine() throws IOException {
    return engines.get();
  }

  /** Runs a task in the background; false: everything is being closed. */
  boolean execute(Runnable task) {
    try {
      background.execute(task);
      return true;
    } catch (RejectedExecutionException _) {
      return false;
    }
  }

  long now() {
    return nanoTime.getAsLong();
  }
}
