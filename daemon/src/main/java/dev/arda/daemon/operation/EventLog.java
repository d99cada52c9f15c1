package dev.arda.daemon.operation;

import com.google.protobuf.Timestamp;
import dev.arda.v1.OperationEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of one operation that goes on. All of them lie in a file, the newest also in a ring in
 * memory, and what they add up to in a {@link Fold}. Those who read are no part of it: each comes
 * for the event after the one it has, when it has room, and gets it from the ring or from the file.
 *
 * <p>Where the file cannot be written, the operation goes on. The events are written when that is
 * possible again; those that have left the ring by then are missing, and a snapshot is written in
 * their place. Thread-safe.
 */
final class EventLog {

  /** Bytes of events that are kept in memory, for all who read together. */
  static final int RING_BYTES = 512 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

  private final Optional<EventFile> file;
  private final Consumer<IOException> onFailure;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition appended = lock.newCondition();
  private final List<OperationEvent> ring = new ArrayList<>();
  private final Fold fold = new Fold();
  private int ringBytes;
  private long last;
  private long written;
  private boolean failed;
  private boolean ended;

  /**
   * The file of the events.
   *
   * @param path where it is, for those who read
   * @param writer appends to it
   */
  record EventFile(Path path, FrameWriter writer) {}

  /**
   * No events.
   *
   * @param file empty: events are kept in memory only
   * @param onFailure is called when the file cannot be written, once until it can again; with the
   *     lock held
   */
  EventLog(Optional<EventFile> file, Consumer<IOException> onFailure) {
    this.file = file;
    this.onFailure = onFailure;
  }

  /**
   * Adds an event.
   *
   * @param event makes it, given its number
   */
  OperationEvent append(LongFunction<OperationEvent> event) {
    lock.lock();
    try {
      var made = event.apply(last + 1);
      last++;
      ring.add(made);
      ringBytes += made.getSerializedSize();
      fold.apply(made);
      ended = made.hasFinished();
      file.ifPresent(this::write);
      trim();
      appended.signalAll();
      return made;
    } finally {
      lock.unlock();
    }
  }

  private void trim() {
    int drop = 0;
    while (ringBytes > RING_BYTES && drop < ring.size() - 1) {
      ringBytes -= ring.get(drop++).getSerializedSize();
    }
    ring.subList(0, drop).clear();
  }

  private long ringStart() {
    return last - ring.size() + 1;
  }

  private void write(EventFile to) {
    try {
      if (written + 1 < ringStart()) {
        writeSnapshot(to.writer());
      }
      while (written < last) {
        var event = ring.get((int) (written + 1 - ringStart()));
        to.writer().append(new Frame(event.getSequence(), event.toByteArray()));
        written++;
      }
      failed = false;
    } catch (IOException e) {
      if (!failed) {
        failed = true;
        LOG.warn("Events cannot be written to {}: {}", to.path(), e.getMessage());
        onFailure.accept(e);
      }
    }
  }

  private void writeSnapshot(FrameWriter writer) throws IOException {
    long upTo = ended ? last - 1 : last;
    for (var event : Snapshots.of(fold, written + 1, upTo, ring.getLast().getTime())) {
      var numbered = event.toBuilder().setSequence(upTo).build();
      writer.append(new Frame(upTo, numbered.toByteArray()));
    }
    written = upTo;
  }

  /** Whether all events are in the file. */
  boolean isWritten() {
    lock.lock();
    try {
      file.filter(_ -> written < last).ifPresent(this::write);
      return file.isPresent() && written == last;
    } finally {
      lock.unlock();
    }
  }

  /** Number of the newest event. */
  long last() {
    lock.lock();
    try {
      return last;
    } finally {
      lock.unlock();
    }
  }

  /** Looks at what the events add up to. */
  <T> T fold(Function<Fold, T> look) {
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

  private final class Cursor implements OperationEvents {
    private final Deque<OperationEvent> gap = new ArrayDeque<>();
    private Optional<StoredEvents> stored = Optional.empty();
    private long position;

    Cursor(long after) {
      this.position = after;
    }

    @Override
    public Optional<OperationEvent> next() throws InterruptedException {
      if (gap.isEmpty()) {
        var event = recent();
        if (event.isPresent()) {
          position++;
          return event;
        }
        if (gap.isEmpty()) {
          return Optional.empty();
        }
      }
      var event = gap.remove();
      position = event.getSequence();
      return Optional.of(event);
    }

    /** The next event; if it is empty and there is no gap, there is none. */
    private Optional<OperationEvent> recent() throws InterruptedException {
      long limit;
      lock.lockInterruptibly();
      try {
        while (position >= last) {
          if (ended) {
            return Optional.empty();
          }
          appended.await();
        }
        long index = position + 1 - ringStart();
        if (index >= 0) {
          return Optional.of(ring.get((int) index));
        }
        limit = position < written ? file.orElseThrow().writer().end() : 0;
      } finally {
        lock.unlock();
      }
      gap.addAll(fromFile(limit));
      if (gap.isEmpty()) {
        gap.addAll(snapshot());
      }
      return Optional.empty();
    }

    private List<OperationEvent> fromFile(long limit) {
      if (limit == 0) {
        return List.of();
      }
      try {
        if (stored.isEmpty()) {
          stored = Optional.of(new StoredEvents(file.orElseThrow().path()));
        }
        var events = stored.get().after(position, limit);
        return events.isEmpty() || follows(events.getFirst()) ? events : List.of();
      } catch (IOException e) {
        LOG.warn("Events cannot be read: {}", e.getMessage());
        return List.of();
      }
    }

    private boolean follows(OperationEvent event) {
      return event.hasGap()
          ? event.getGap().getFirstMissing() == position + 1
          : event.getSequence() == position + 1;
    }

    private List<OperationEvent> snapshot() {
      lock.lock();
      try {
        long upTo = ended ? last - 1 : last;
        return Snapshots.of(fold, position + 1, upTo, now());
      } finally {
        lock.unlock();
      }
    }

    private Timestamp now() {
      return ring.getLast().getTime();
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
    }
  }
}
