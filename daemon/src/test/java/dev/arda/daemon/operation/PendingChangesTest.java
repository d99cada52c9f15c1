package dev.arda.daemon.operation;

import static dev.arda.daemon.operation.TestOperations.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationCounterKind;
import dev.arda.v1.OperationLogChunk;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationUpdate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PendingChangesTest {

  private final AtomicLong nanos = new AtomicLong();
  private final PendingChanges pending = new PendingChanges(nanos::get);

  private static List<OperationLogChunk> logs(List<OperationUpdate> updates) {
    return updates.stream().flatMap(u -> u.getLogsList().stream()).toList();
  }

  private static long bytes(List<OperationLogChunk> logs) {
    return logs.stream().mapToLong(chunk -> chunk.getText().length()).sum();
  }

  private static long clipped(List<OperationLogChunk> logs) {
    return logs.stream().mapToLong(OperationLogChunk::getClippedBytes).sum();
  }

  @Test
  void take_ofManyChangesToANode_tellsTheNewest() {
    pending.node(node("a", OperationNodeState.OPERATION_NODE_STATE_WAITING));
    pending.node(node("a", OperationNodeState.OPERATION_NODE_STATE_RUNNING));

    assertThat(pending.take())
        .singleElement()
        .satisfies(update ->
            assertThat(update.getNodesList())
                .containsExactly(node("a", OperationNodeState.OPERATION_NODE_STATE_RUNNING)));
    assertThat(pending.take()).isEmpty();
  }

  @Test
  void expected_neverShrinks() {
    for (int expected : new int[] {5, 3}) {
      pending.counter(
          OperationCounter.newBuilder()
              .setKind(OperationCounterKind.OPERATION_COUNTER_KIND_BUILDS)
              .setExpected(expected)
              .build());
      assertThat(pending.take().getFirst().getCounters(0).getExpected()).isEqualTo(5);
    }
  }

  @Test
  void logs_areClippedByRate_markedOnce_andGoOnLater() {
    var line = "x".repeat(1023);
    for (int i = 0; i < 300; i++) {
      pending.log("a", line);
    }
    var first = logs(pending.take());
    assertThat(bytes(first)).isEqualTo(200 * 1024);
    assertThat(clipped(first)).isEqualTo(100 * 1024);
    pending.log("a", line);
    assertThat(logs(pending.take())).isEmpty(); // still clipped, and that was told

    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    pending.log("a", line);
    var later = logs(pending.take());
    assertThat(later)
        .singleElement()
        .satisfies(chunk -> {
          assertThat(chunk.getClippedBytes()).isEqualTo(1024);
          assertThat(chunk.getText()).isEqualTo(line + "\n");
        });
    assertThat(
            bytes(
                pending.takeBacklog().stream()
                    .map(t ->
                        OperationLogChunk.newBuilder()
                            .setText(new String(t.text(), StandardCharsets.UTF_8))
                            .build())
                    .toList()))
        .as("the log on disk is whole")
        .isEqualTo(302 * 1024);
  }

  @Test
  void logs_areClippedAfterTwoMebibytes_andAllThatIsMissingIsCounted() {
    var line = "x".repeat(1023);
    long passed = 0;
    long clipped = 0;
    for (int second = 0; second < 20; second++) {
      for (int i = 0; i < 150; i++) {
        pending.log("a", line);
      }
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
      var logs = logs(pending.take());
      passed += bytes(logs);
      clipped += clipped(logs);
    }
    clipped += clipped(logs(pending.close()));

    assertThat(passed).isEqualTo(2 * 1024 * 1024);
    assertThat(passed + clipped).isEqualTo(3000 * 1024);
  }

  @Test
  void take_ofMoreThanFitsIntoOneUpdate_makesSeveral() {
    for (int i = 0; i < 1000; i++) {
      pending.node(
          node("n" + i, OperationNodeState.OPERATION_NODE_STATE_RUNNING).toBuilder()
              .setPhase("p".repeat(500))
              .build());
    }
    var updates = pending.take();
    assertThat(updates).hasSizeGreaterThan(5);
    assertThat(updates)
        .allSatisfy(update -> assertThat(update.getSerializedSize()).isLessThan(128 * 1024));
    assertThat(updates.stream().mapToInt(OperationUpdate::getNodesCount).sum()).isEqualTo(1000);
  }
}
