package dev.arda.daemon.operation;

import dev.arda.v1.Operation;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationFinished;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the events of an operation that another daemon runs, or that has ended. Nothing tells when
 * another daemon has written an event, so the file is looked at a few times a second.
 */
final class StoredCursor implements OperationEvents {

  /** The time between two looks at a file that another daemon writes. */
  static final Duration INTERVAL = Duration.ofMillis(200);

  private static final Logger LOG = LoggerFactory.getLogger(StoredCursor.class);

  private final Path file;
  private final Supplier<Optional<Operation>> operation;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition never = lock.newCondition();
  private final Deque<OperationEvent> queue = new ArrayDeque<>();
  private Optional<StoredEvents> stored = Optional.empty();
  private long position;
  private boolean ended;

  /**
   * A cursor.
   *
   * @param operation the operation as it is now; empty if it is not known any more
   */
  StoredCursor(Path file, Supplier<Optional<Operation>> operation, long after) {
    this.file = file;
    this.operation = operation;
    this.position = after;
  }

  @Override
  public Optional<OperationEvent> next() throws InterruptedException {
    while (queue.isEmpty() && !ended) {
      fill();
    }
    if (queue.isEmpty()) {
      return Optional.empty();
    }
    var event = queue.remove();
    position = event.getSequence();
    ended = event.hasFinished();
    return Optional.of(event);
  }

  private void fill() throws InterruptedException {
    // Asked first: what is in the file after that is all there will be.
    var now = operation.get();
    boolean complete = now.filter(o -> !OperationStates.isFinal(o.getState())).isEmpty();
    var events = read();
    if (!events.isEmpty()) {
      queue.addAll(events);
    } else if (complete) {
      now.ifPresent(this::end);
      ended = queue.isEmpty();
    } else {
      rest();
    }
  }

  private List<OperationEvent> read() {
    try {
      if (stored.isEmpty()) {
        stored = Optional.of(new StoredEvents(file));
      }
      var events = stored.get().after(position, stored.get().length());
      if (events.isEmpty() || follows(events.getFirst())) {
        return events;
      }
      close(); // it has passed what comes after the hole
      var sum = StoredEvents.sum(file);
      long last = sum.finished().map(e -> e.getSequence() - 1).orElse(sum.last());
      return Snapshots.of(sum.fold(), position + 1, last, events.getFirst().getTime());
    } catch (IOException e) {
      LOG.warn("Events cannot be read: {}", e.toString());
      return List.of();
    }
  }

  private boolean follows(OperationEvent event) {
    return event.hasGap()
        ? event.getGap().getFirstMissing() == position + 1
        : event.getSequence() == position + 1;
  }

  /** The terminal event is not in the file, but the record has all that it would say. */
  private void end(Operation operation) {
    long last = operation.getLastSequence();
    if (last <= position) {
      return;
    }
    if (last > position + 1) {
      queue.addAll(Snapshots.of(fold(), position + 1, last - 1, operation.getFinishedAt()));
    }
    queue.add(
        OperationEvent.newBuilder()
            .setSequence(last)
            .setTime(operation.getFinishedAt())
            .setFinished(OperationFinished.newBuilder().setOperation(operation))
            .build());
  }

  private Fold fold() {
    try {
      return StoredEvents.sum(file).fold();
    } catch (IOException e) {
      return new Fold();
    }
  }

  private void rest() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var left = INTERVAL.toNanos();
      while (left > 0) {
        left = never.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    try {
      if (stored.isPresent()) {
        stored.get().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a file that is only read
    }
    stored = Optional.empty();
  }
}
