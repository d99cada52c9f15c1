package dev.arda.daemon;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The decision to end, and until when. It is made once; a later one can only bring the end nearer.
 * The time is counted from the decision, not from when something notices it. The end binds if
 * somebody outside set it, or once what has to be finished first is; before that it may pass. Safe
 * for any thread.
 */
final class StopDecision {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Optional<StopReason> reason = Optional.empty();
  private long endNanos;
  private boolean binds;
  private boolean finished;

  /**
   * Decides.
   *
   * @return whether this is the first decision
   */
  boolean decide(StopReason why, Duration grace) {
    lock.lock();
    try {
      var end = System.nanoTime() + grace.toNanos();
      var first = reason.isEmpty();
      if (first) {
        reason = Optional.of(why);
        endNanos = end;
      } else if (end - endNanos < 0 || (!binds && endNanos - System.nanoTime() < 0)) {
        endNanos = end;
      }
      binds = binds || why.isOrder();
      changed.signalAll();
      return first;
    } finally {
      lock.unlock();
    }
  }

  /** Why; empty until it is decided. */
  Optional<StopReason> reason() {
    lock.lock();
    try {
      return reason;
    } finally {
      lock.unlock();
    }
  }

  /** Time until the end in nanoseconds, negative after it. Means nothing before the decision. */
  long nanosLeft() {
    lock.lock();
    try {
      return endNanos - System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the end has come, and binds. */
  boolean isOver() {
    lock.lock();
    try {
      return binds && endNanos - System.nanoTime() <= 0;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing has to be finished first any more; an end that has passed is now. */
  void bind() {
    lock.lock();
    try {
      var now = System.nanoTime();
      if (!binds && endNanos - now < 0) {
        endNanos = now;
      }
      binds = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Everything is done. */
  void finish() {
    lock.lock();
    try {
      finished = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until everything is done. */
  void awaitFinished() throws InterruptedException {
    lock.lock();
    try {
      while (!finished) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until everything is done, or a time after the end has come that binds.
   *
   * @return whether everything is done
   */
  boolean awaitFinishedUntilEndAnd(Duration extra) throws InterruptedException {
    lock.lock();
    try {
      while (!finished) {
        if (!binds) {
          changed.await();
          continue;
        }
        var left = endNanos + extra.toNanos() - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
