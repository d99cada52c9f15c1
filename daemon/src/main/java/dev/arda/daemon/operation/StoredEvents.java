package dev.arda.daemon.operation;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationUpdate;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads events from a file in their order, as far as they are there. For one thread. */
final class StoredEvents implements Closeable {

  private final Path file;
  private final FrameReader reader;
  private Optional<OperationEvent> ahead = Optional.empty();

  /** Opens a file. */
  StoredEvents(Path file) throws IOException {
    this.file = file;
    this.reader = new FrameReader(file);
  }

  /**
   * What follows an event: the next one, or a gap and its updates.
   *
   * @param position number of the event; not below that of an earlier call
   * @param limit where the file ends for this reader
   * @return nothing if there is none; events that do not begin with number {@code position + 1} if
   *     those in between are missing
   */
  List<OperationEvent> after(long position, long limit) throws IOException {
    for (var next = read(position, limit); next.isPresent(); next = read(position, limit)) {
      var event = next.get();
      if (event.hasGap()) {
        var gap = event.getGap();
        if (gap.getLastMissing() > position) {
          // One that has been told more than was written misses less.
          long first = Math.max(gap.getFirstMissing(), position + 1);
          return Snapshots.number(
              updates(gap.getLastMissing(), limit), first, gap.getLastMissing(), event.getTime());
        }
      } else if (event.getSequence() > position) {
        return List.of(event);
      }
    }
    return List.of();
  }

  /** The updates after a gap; in the file, they too have the number of its last event. */
  private List<OperationUpdate> updates(long last, long limit) throws IOException {
    var result = new ArrayList<OperationUpdate>();
    for (var next = read(last - 1, limit); next.isPresent(); next = read(last - 1, limit)) {
      if (next.get().getSequence() != last || !next.get().hasUpdate()) {
        ahead = next;
        break;
      }
      result.add(next.get().getUpdate());
    }
    return result;
  }

  private Optional<OperationEvent> read(long position, long limit) throws IOException {
    if (ahead.isPresent()) {
      var event = ahead;
      ahead = Optional.empty();
      return event;
    }
    var frame = reader.next(position + 1, limit);
    while (frame.isPresent()) {
      try {
        return Optional.of(OperationEvent.parseFrom(frame.get().payload()));
      } catch (InvalidProtocolBufferException e) {
        frame = reader.next(position + 1, limit); // written by something else
      }
    }
    return Optional.empty();
  }

  /** Bytes of the file. */
  long length() throws IOException {
    return reader.length();
  }

  /**
   * What a whole file tells.
   *
   * @param fold what its events add up to, the terminal one left out
   * @param last number of the last event that is no terminal one; 0: there is none
   * @param newest the last event
   * @param end where the last whole frame ends
   * @param tailDamaged whether something lies behind that
   */
  record Sum(Fold fold, long last, Optional<OperationEvent> newest, long end, boolean tailDamaged) {
    Optional<OperationEvent> finished() {
      return newest.filter(OperationEvent::hasFinished);
    }
  }

  /** Reads a whole file. */
  static Sum sum(Path file) throws IOException {
    try (var stored = new StoredEvents(file)) {
      var fold = new Fold();
      long last = 0;
      Optional<OperationEvent> newest = Optional.empty();
      long limit = stored.length();
      for (var next = stored.read(0, limit); next.isPresent(); next = stored.read(0, limit)) {
        newest = next;
        if (!next.get().hasFinished()) {
          fold.apply(next.get());
          last = Math.max(last, next.get().getSequence());
        }
      }
      long end = stored.reader.position();
      return new Sum(fold, last, newest, end, end < limit);
    }
  }

  /** Where it reads. */
  Path file() {
    return file;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
