package dev.arda.daemon.rpc;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The calls that are work, from their admission until both the call is closed and its worker thread
 * has returned. It answers three questions: is the daemon idle, and since when; may one more call
 * begin; has everything ended so that the process may. Operations, which outlive the call that
 * started them, count for the first and the last.
 *
 * <p>Safe for use by any thread; nothing is called while the lock is held.
 */
public final class CallRegistry {

  private final Clock clock;
  private final int limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<OpenCall> working = Collections.newSetFromMap(new IdentityHashMap<>());
  private int operations;
  private Instant idleSince;
  private boolean draining;

  /**
   * No calls yet.
   *
   * @param limit the most calls that may be open at a time
   */
  public CallRegistry(Clock clock, int limit) {
    this.clock = clock;
    this.limit = limit;
    this.idleSince = clock.instant();
  }

  /**
   * Admits a call.
   *
   * @param work whether it counts
   * @throws DaemonFault if the daemon is ending or serves as many calls as it may
   */
  OpenCall open(boolean work) {
    var call = new OpenCall(this);
    if (!work) {
      return call;
    }
    lock.lock();
    try {
      if (draining) {
        throw DaemonFault.draining();
      }
      if (working.size() >= limit) {
        throw DaemonFault.tooManyCalls(limit);
      }
      working.add(call);
      return call;
    } finally {
      lock.unlock();
    }
  }

  /** The call and its worker have ended. */
  void ended(OpenCall call) {
    lock.lock();
    try {
      if (working.remove(call)) {
        lessToDo();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Something goes on that is no call, but counts as one to whoever asks whether the daemon is
   * idle.
   *
   * @return is called when it has ended; again does nothing
   */
  public Runnable operationBegins() {
    lock.lock();
    try {
      operations++;
    } finally {
      lock.unlock();
    }
    var over = new AtomicBoolean();
    return () -> {
      if (over.compareAndSet(false, true)) {
        operationEnded();
      }
    };
  }

  private void operationEnded() {
    lock.lock();
    try {
      operations--;
      lessToDo();
    } finally {
      lock.unlock();
    }
  }

  private void lessToDo() {
    if (isIdle()) {
      idleSince = clock.instant();
      changed.signalAll();
    }
  }

  private boolean isIdle() {
    return working.isEmpty() && operations == 0;
  }

  /** Operations that have not ended. */
  public int operations() {
    lock.lock();
    try {
      return operations;
    } finally {
      lock.unlock();
    }
  }

  /** Calls that are being served. */
  public int active() {
    lock.lock();
    try {
      return working.size();
    } finally {
      lock.unlock();
    }
  }

  /** Since when nothing is being served and no operation goes on; empty while something does. */
  public Optional<Instant> idleSince() {
    lock.lock();
    try {
      return isIdle() ? Optional.of(idleSince) : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** From now on refuses calls. */
  public void drain() {
    lock.lock();
    try {
      draining = true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Refuses calls from now on if nothing was served after a moment; one step, so that no call slips
   * in between.
   *
   * @return whether it did
   */
  public boolean drainIfIdleSince(Instant moment) {
    lock.lock();
    try {
      if (draining || !isIdle() || idleSince.isAfter(moment)) {
        return false;
      }
      draining = true;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Interrupts the workers of all calls; each ends with the reason {@code DRAINING}. */
  public void cutOff() {
    var calls = new ArrayList<OpenCall>();
    lock.lock();
    try {
      calls.addAll(working);
    } finally {
      lock.unlock();
    }
    calls.forEach(OpenCall::cutOff);
  }

  /**
   * Waits until nothing is being served and no operation goes on.
   *
   * @param nanosLeft how much longer to wait, asked again after each {@link #wake}
   * @return whether that is so
   */
  public boolean awaitIdle(LongSupplier nanosLeft) throws InterruptedException {
    lock.lock();
    try {
      while (!isIdle()) {
        var left = nanosLeft.getAsLong();
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

  /** Makes {@link #awaitIdle} ask again how long it may wait. */
  public void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
