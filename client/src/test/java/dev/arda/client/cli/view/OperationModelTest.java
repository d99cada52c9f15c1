package dev.arda.client.cli.view;

import static dev.arda.v1.OperationCounterKind.OPERATION_COUNTER_KIND_BUILDS;
import static dev.arda.v1.OperationCounterKind.OPERATION_COUNTER_KIND_DOWNLOAD_BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.v1.Operation;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OperationModelTest {

  private final Events events = new Events();
  private final OperationModel model = new OperationModel();
  private final Told told = new Told();

  private static final class Told implements OperationListener {
    final List<String> all = new ArrayList<>();

    @Override
    public void queued(int position) {
      all.add("queued " + position);
    }

    @Override
    public void began(OperationNode node) {
      all.add("began " + node.getName());
    }

    @Override
    public void ended(OperationNode node) {
      all.add("ended " + node.getName());
    }

    @Override
    public void printed(OperationNode node, String text, long clippedBytes) {
      all.add("printed " + node.getName() + " " + text.strip() + " " + clippedBytes);
    }

    @Override
    public void warned(OperationNode node, String text) {
      all.add("warned " + text);
    }

    @Override
    public void missing(long first, long last) {
      all.add("missing " + first + "-" + last);
    }

    @Override
    public void finished(Operation operation) {
      all.add("finished " + operation.getState());
    }
  }

  private void apply(OperationEvent... more) {
    for (var event : more) {
      model.apply(event, told);
    }
  }

  @Test
  void oneEvent_mayTellABeginning_whatWasPrinted_andAnEnd() {
    var a = Events.building("a", 0);
    apply(
        events.accepted(),
        events.update(1, Events.nodes(Events.succeeded(a, 1)).addLogs(Events.log(a, "x\ny\n"))));
    assertThat(told.all).containsExactly("began a", "printed a x\ny 0", "ended a");
    assertThat(model.running()).isEmpty();
    assertThat(model.lastLine(a.build())).isEmpty();
  }

  @Test
  void eventThatIsKnown_changesNothing() {
    var first = events.update(0, Events.nodes(Events.building("a", 0)));
    var second = events.update(1, Events.nodes(Events.building("b", 1)));
    apply(first, second, first, second);
    assertThat(told.all).containsExactly("began a", "began b");
    assertThat(model.running()).extracting(OperationNode::getName).containsExactly("a", "b");
  }

  @Test
  void afterAGap_nodesAreToldAnew_andEachBeginsAndEndsOnce() {
    apply(events.update(0, Events.nodes(Events.building("a", 0), Events.building("b", 0))));
    apply(events.gap(5, 40));
    apply(
        events.update(
            5,
            Events.nodes(
                Events.succeeded(Events.building("a", 0), 3),
                Events.building("b", 0).setPhase("installPhase"),
                Events.building("c", 4))));
    assertThat(told.all)
        .containsExactly("began a", "began b", "missing 2-40", "began c", "ended a");
    assertThat(model.running()).extracting(OperationNode::getPhase).contains("installPhase");
  }

  @Test
  void end_leavesNothingRunning() {
    apply(
        events.accepted(),
        events.update(0, Events.nodes(Events.building("a", 0))),
        events.finished(
            2, OperationState.OPERATION_STATE_CANCELLED, OperationResult.getDefaultInstance()));
    assertThat(model.running()).isEmpty();
    assertThat(model.state()).isEqualTo(OperationState.OPERATION_STATE_CANCELLED);
    assertThat(told.all).endsWith("finished OPERATION_STATE_CANCELLED");
  }

  @Test
  void queue_isToldWhenItMoves() {
    var waiting = Events.state(OperationState.OPERATION_STATE_QUEUED);
    apply(
        events.accepted(),
        events.update(1, waiting.clone().setQueuePosition(2)),
        events.update(2, waiting.clone().setQueuePosition(2)),
        events.update(3, waiting.clone().setQueuePosition(1)),
        events.update(4, Events.state(OperationState.OPERATION_STATE_RUNNING)));
    assertThat(told.all).containsExactly("queued 2", "queued 1");
    assertThat(model.queuePosition()).isZero();
  }

  @Test
  void rateOfDownloads_isThatOfTheLastSeconds() {
    for (int second = 0; second <= 20; second++) {
      long bytes = second < 10 ? second * 1_000_000L : 10_000_000L + (second - 10) * 10_000L;
      apply(
          events.update(
              second,
              Events.nodes()
                  .addCounters(
                      Events.counter(
                          OPERATION_COUNTER_KIND_DOWNLOAD_BYTES, bytes, 0, 0, 50_000_000))));
    }
    assertThat(model.downloadBytesPerSecond()).isEqualTo(10_000);
  }

  @Test
  void counter_thatWasNotTold_isZero() {
    assertThat(model.counter(OPERATION_COUNTER_KIND_BUILDS).getExpected()).isZero();
  }

  @Test
  void lastLine_isTheLastOneWithSomethingInIt() {
    var a = Events.building("a", 0);
    apply(
        events.update(0, Events.nodes(a)),
        events.update(1, Events.nodes().addLogs(Events.log(a, "one\n  two  \n\n"))));
    assertThat(model.lastLine(a.build())).isEqualTo("two");
  }
}
