package dev.arda.daemon.operation;

import dev.arda.v1.OperationEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;

/** The events of one operation, and all who read them. Thread-safe. */
final class EventLog {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition appended = lock.newCondition();
  private final List<OperationEvent> events = new ArrayList<>();
  private final Fold fold = new Fold();
  private boolean ended;

  /**
   * Adds an event.
   *
   * @param event makes it, given its number
   */
  OperationEvent append(LongFunction<OperationEvent> event) {
    lock.lock();
    try {
      var made = event.apply(events.size() + 1L);
      events.add(made);
      fold.apply(made);
      ended = made.hasFinished();
      appended.signalAll();
      return made;
    } finally {
      lock.unlock();
    }
  }

  /** Number of the newest event. */
  long last() {
    lock.lock();
    try {
      return events.size();
    } finally {
      lock.unlock();
    }
  }

  /** Looks at what the events add up to. */
  <T> T fold(java.util.function.Function<Fold, T> look) {
    lock.lock();
    try {
      return look.apply(fold);
    } finally {
      lock.unlock();
    }
  }

  /** Reads from after an event on. */
  OperationEvents open(long after) {
    return new Cursor(after);
  }

  private Optional<OperationEvent> await(long sequence) throws InterruptedException {
    lock.lock();
    try {
      while (sequence > events.size()) {
        if (ended) {
          return Optional.empty();
        }
        appended.await();
      }
      return Optional.of(events.get((int) sequence - 1));
    } finally {
      lock.unlock();
    }
  }

  private final class Cursor implements OperationEvents {
    private long position;

    Cursor(long after) {
      this.position = Math.max(0, after);
    }

    @Override
    public Optional<OperationEvent> next() throws InterruptedException {
      var event = await(position + 1);
      event.ifPresent(e -> position = e.getSequence());
      return event;
    }

    @Override
    public void close() {}
  }
}
