package dev.arda.daemon.operation;

import com.google.protobuf.Timestamp;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationGap;
import dev.arda.v1.OperationUpdate;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands in for events that are missing: a gap, and updates that tell every node and counter.
 * All of them have the number before the first that is missing, but for the last, which has that of
 * the last: who leaves in between is told everything again.
 */
final class Snapshots {

  private Snapshots() {}

  /**
   * A snapshot.
   *
   * @param fold what the events up to {@code last} add up to
   * @param first number of the first event that is missing
   * @param last number of the last; not below {@code first - 1}
   */
  static List<OperationEvent> of(Fold fold, long first, long last, Timestamp time) {
    var updates = new Updates();
    fold.nodes().forEach(updates::node);
    fold.counters().forEach(updates::counter);
    return number(updates.done(), first, last, time);
  }

  /** The same updates for somebody who misses more or less. */
  static List<OperationEvent> number(
      List<OperationUpdate> updates, long first, long last, Timestamp time) {
    var events = new ArrayList<OperationEvent>();
    events.add(
        OperationEvent.newBuilder()
            .setSequence(updates.isEmpty() ? last : first - 1)
            .setTime(time)
            .setGap(OperationGap.newBuilder().setFirstMissing(first).setLastMissing(last))
            .build());
    for (int i = 0; i < updates.size(); i++) {
      events.add(
          OperationEvent.newBuilder()
              .setSequence(i == updates.size() - 1 ? last : first - 1)
              .setTime(time)
              .setUpdate(updates.get(i))
              .build());
    }
    return events;
  }
}
