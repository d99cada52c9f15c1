package dev.arda.daemon.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.v1.OperationEvent;
import java.util.List;

/** What a client makes of a stream of events, by the rules of the protocol; checks them. */
final class ClientFold {

  final Fold fold = new Fold();
  long position;
  boolean sawGap;
  boolean finished;
  private long gapEnd;

  ClientFold(long after) {
    this.position = after;
  }

  ClientFold addAll(List<OperationEvent> events) {
    events.forEach(this::add);
    return this;
  }

  void add(OperationEvent event) {
    assertThat(finished).as("something after the terminal event").isFalse();
    if (event.hasGap()) {
      assertThat(event.getGap().getFirstMissing()).isEqualTo(position + 1);
      assertThat(event.getGap().getLastMissing()).isGreaterThan(position);
      gapEnd = event.getGap().getLastMissing();
      sawGap = true;
    }
    if (gapEnd > position) {
      assertThat(event.getSequence()).isIn(position, gapEnd);
    } else {
      assertThat(event.getSequence()).isEqualTo(position + 1);
    }
    position = event.getSequence();
    finished = event.hasFinished();
    fold.apply(event);
  }
}
