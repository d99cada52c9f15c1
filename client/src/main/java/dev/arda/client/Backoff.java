package dev.arda.client;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits between attempts where nothing can signal: 5 ms at first, doubling up to 20 ms. */
final class Backoff {

  private static final long LONGEST = Duration.ofMillis(20).toNanos();

  private final Deadline deadline;
  private long next = Duration.ofMillis(5).toNanos();

  Backoff(Deadline deadline) {
    this.deadline = deadline;
  }

  /**
   * Waits once more.
   *
   * @return whether there is still time for an attempt
   * @throws InterruptedException if the thread is interrupted
   */
  boolean pause() throws InterruptedException {
    if (deadline.hasPassed()) {
      return false;
    }
    LockSupport.parkNanos(Math.min(next, deadline.remainingNanos()));
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    next = Math.min(LONGEST, next * 2);
    return true;
  }
}
