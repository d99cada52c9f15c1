package dev.arda.daemon.operation;

import com.google.protobuf.Timestamp;
import com.google.rpc.Status;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationAccepted;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationFinished;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the end of an operation whose daemon died: what ran is given up, and the last event says
 * that it was interrupted. If the end of the file is damaged, events that clients have seen may be
 * missing; then a gap is told that is longer than any that can be missing, so that no number means
 * two events.
 */
final class Interruption {

  /** More numbers than events can have been told and not written. */
  private static final int LEAP = 100_000;

  private final Operation record;
  private final Timestamp now;
  private final Status error;

  /**
   * For one operation.
   *
   * @param record as it was when it was accepted
   */
  Interruption(Operation record, Timestamp now, Status error) {
    this.record = record;
    this.now = now;
    this.error = error;
  }

  /**
   * Completes the file, unless its last event is a terminal one.
   *
   * @return the operation as it ended
   */
  Operation close(Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file);
    }
    var sum = StoredEvents.sum(file);
    if (sum.finished().isPresent()) {
      return sum.finished().get().getFinished().getOperation();
    }
    try (var writer = new FrameWriter(file, sum.end())) {
      long last = sum.last();
      if (last == 0) {
        last = append(writer, event(1).setAccepted(accepted()).build());
      } else if (sum.tailDamaged()) {
        last = leap(writer, sum);
      }
      var heard = heard(sum);
      for (var update : givenUp(sum.fold(), heard)) {
        last = append(writer, event(last + 1).setUpdate(update).build());
      }
      var ended = ended(heard, last + 1);
      append(writer, event(last + 1).setFinished(finished(ended)).build());
      writer.force();
      return ended;
    }
  }

  private long leap(FrameWriter writer, StoredEvents.Sum sum) throws IOException {
    long last = sum.last() + LEAP;
    for (var event : Snapshots.of(sum.fold(), sum.last() + 1, last, now)) {
      append(writer, event.toBuilder().setSequence(last).build());
    }
    return last;
  }

  private List<dev.arda.v1.OperationUpdate> givenUp(Fold fold, Timestamp heard) {
    var updates = new Updates();
    for (var node : fold.openNodes()) {
      updates.node(
          node.toBuilder()
              .setState(OperationNodeState.OPERATION_NODE_STATE_CANCELLED)
              .setFinishedAt(heard)
              .build());
    }
    return new ArrayList<>(updates.done());
  }

  /** It ended when it was last heard of, not when that was noticed. */
  private Timestamp heard(StoredEvents.Sum sum) {
    return sum.newest().map(OperationEvent::getTime).orElse(record.getCreatedAt());
  }

  private Operation ended(Timestamp heard, long sequence) {
    return record.toBuilder()
        .setState(OperationState.OPERATION_STATE_INTERRUPTED)
        .setLastSequence(sequence)
        .setQueuePosition(0)
        .setFinishedAt(heard)
        .setResult(OperationResult.newBuilder().setError(error))
        .build();
  }

  private OperationAccepted accepted() {
    return OperationAccepted.newBuilder().setOperation(record).build();
  }

  private static OperationFinished finished(Operation operation) {
    return OperationFinished.newBuilder().setOperation(operation).build();
  }

  private OperationEvent.Builder event(long sequence) {
    return OperationEvent.newBuilder().setSequence(sequence).setTime(now);
  }

  private static long append(FrameWriter writer, OperationEvent event) throws IOException {
    writer.append(new Frame(event.getSequence(), event.toByteArray()));
    return event.getSequence();
  }
}
