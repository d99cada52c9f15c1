package dev.arda.daemon.operation;

import static dev.arda.daemon.operation.TestOperations.build;
import static dev.arda.daemon.operation.TestOperations.node;
import static dev.arda.daemon.operation.TestOperations.nothing;
import static dev.arda.daemon.operation.TestOperations.read;
import static dev.arda.daemon.operation.TestOperations.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.Reason;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class OperationsTest {

  private final TestOperations fixture;
  private final Operations operations;

  OperationsTest(@TempDir Path directory) {
    fixture = new TestOperations(directory, TestOperations.limits(1));
    operations = fixture.operations;
  }

  @AfterEach
  void endAll() throws InterruptedException {
    operations.interrupt();
    fixture.awaitIdle();
  }

  private static OperationWork forever() {
    return report -> {
      new CountDownLatch(1).await();
      return nothing();
    };
  }

  private static OperationWork until(CountDownLatch latch) {
    return report -> {
      latch.await();
      return nothing();
    };
  }

  private Operation end(StartedOperation started) throws InterruptedException {
    return read(started.events(0)).getLast().getFinished().getOperation();
  }

  private OperationState state(StartedOperation started) {
    return operations.get(started.name()).orElseThrow().operation().getState();
  }

  @Test
  void events_beginWithAcceptedAndEndWithFinished_numberedWithoutHoles() throws Exception {
    var started =
        operations.start(
            build("f"),
            report -> {
              report.node(node("a", OperationNodeState.OPERATION_NODE_STATE_RUNNING));
              report.log("a", "hello \u001b[31mred\u001b[0m");
              report.warning("", "take\ncare");
              report.node(node("a", OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED));
              return nothing();
            });

    var events = read(started.events(0));

    assertThat(events.getFirst().getAccepted().getOperation().getName()).isEqualTo(started.name());
    assertThat(events.getLast().getFinished().getOperation().getState())
        .isEqualTo(OperationState.OPERATION_STATE_SUCCEEDED);
    for (int i = 0; i < events.size(); i++) {
      assertThat(events.get(i).getSequence()).isEqualTo(i + 1);
    }
    var updates = events.stream().map(e -> e.getUpdate()).toList();
    assertThat(updates.stream().flatMap(u -> u.getLogsList().stream()))
        .singleElement()
        .satisfies(log -> assertThat(log.getText()).isEqualTo("hello red\n"));
    assertThat(updates.stream().flatMap(u -> u.getWarningsList().stream()))
        .singleElement()
        .satisfies(warning -> assertThat(warning.getText()).isEqualTo("take care"));
    assertThat(operations.get(started.name()).orElseThrow().nodes())
        .containsExactly(node("a", OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED));
    assertThat(read(operations.watch(started.name(), 0).orElseThrow())).isEqualTo(events);
    assertThat(read(operations.watch(started.name(), 1).orElseThrow()))
        .isEqualTo(events.subList(1, events.size()));
    fixture.awaitIdle();
  }

  @Test
  void start_withTheSameRequestId_isTheSameOperation() throws Exception {
    var runs = new AtomicInteger();
    OperationWork work =
        report -> {
          runs.incrementAndGet();
          return nothing();
        };
    var first = operations.start(spec("f", "id", "", false), work);
    end(first);

    var again = operations.start(spec("f", "id", "", false), work);

    assertThat(again.name()).isEqualTo(first.name());
    assertThat(runs).hasValue(1);
  }

  @Test
  void start_withTheSameJoinKey_joinsAndEndsWithTheLastWhoLeaves() throws Exception {
    var first = operations.start(spec("f", "", "same", false), forever());
    var second = operations.start(spec("f", "two", "same", false), forever());
    assertThat(second.name()).isEqualTo(first.name());
    assertThat(operations.start(spec("f", "two", "", false), forever()).name())
        .isEqualTo(first.name());
    assertThat(operations.list()).singleElement().extracting(Operation::getStarters).isEqualTo(2);

    first.close();
    first.close();
    assertThat(state(second)).isEqualTo(OperationState.OPERATION_STATE_RUNNING);
    operations.withdraw(second.name(), "unknown", Duration.ZERO);
    assertThat(state(second)).isEqualTo(OperationState.OPERATION_STATE_RUNNING);
    operations.withdraw(second.name(), "two", Duration.ZERO);

    assertThat(end(second).getState()).isEqualTo(OperationState.OPERATION_STATE_CANCELLED);
  }

  @Test
  void withdraw_endsWhatWouldGoOnWithoutItsClient_unlessAnotherThatHasGoneWantsIt()
      throws Exception {
    var alone = operations.start(spec("f", "one", "", true), forever());
    operations.withdraw(alone.name(), "one", Duration.ZERO);
    assertThat(end(alone).getState()).isEqualTo(OperationState.OPERATION_STATE_CANCELLED);

    var gone = operations.start(spec("f", "two", "same", true), forever());
    var other = operations.start(spec("f", "three", "same", true), forever());
    gone.close();
    operations.withdraw(other.name(), "three", Duration.ZERO);
    assertThat(state(other)).isEqualTo(OperationState.OPERATION_STATE_RUNNING);
    // It has gone, and can still take back what it wished.
    operations.withdraw(other.name(), "two", Duration.ZERO);
    assertThat(end(other).getState()).isEqualTo(OperationState.OPERATION_STATE_CANCELLED);
  }

  @Test
  void start_afterAnOperationWasCancelled_doesNotJoinIt() throws Exception {
    var ignoring = new CountDownLatch(1);
    var first =
        operations.start(
            spec("f", "", "same", false),
            report -> {
              while (true) {
                try {
                  ignoring.await();
                  return nothing();
                } catch (InterruptedException e) {
                  report.log("", "not now");
                }
              }
            });
    operations.cancel(first.name(), Duration.ZERO);

    var second = operations.start(spec("f", "", "same", false), forever());

    assertThat(second.name()).isNotEqualTo(first.name());
    assertThat(state(first)).isEqualTo(OperationState.OPERATION_STATE_CANCELLING);
    ignoring.countDown();
    // It did what it was to do after all, and says so.
    assertThat(end(first).getState()).isEqualTo(OperationState.OPERATION_STATE_SUCCEEDED);
    second.close();
    assertThat(end(second).getState()).isEqualTo(OperationState.OPERATION_STATE_CANCELLED);
  }

  @Test
  void close_ofAnOperationThatSurvivesClients_changesNothing() throws Exception {
    var latch = new CountDownLatch(1);
    var started = operations.start(spec("f", "", "", true), until(latch));

    started.close();

    assertThat(state(started)).isEqualTo(OperationState.OPERATION_STATE_RUNNING);
    latch.countDown();
    assertThat(end(started).getState()).isEqualTo(OperationState.OPERATION_STATE_SUCCEEDED);
  }

  @Test
  void cancel_beforeTheStart_twiceAndAfterTheEnd() throws Exception {
    var latch = new CountDownLatch(1);
    var running = operations.start(build("f"), until(latch));
    var ran = new AtomicInteger();
    var queued =
        operations.start(
            build("f"),
            report -> {
              ran.incrementAndGet();
              return nothing();
            });
    assertThat(state(queued)).isEqualTo(OperationState.OPERATION_STATE_QUEUED);

    operations.cancel(queued.name(), Duration.ZERO);
    assertThat(state(queued)).isEqualTo(OperationState.OPERATION_STATE_CANCELLED);
    operations.cancel(queued.name(), Duration.ZERO);
    latch.countDown();
    end(running);
    var ended = operations.cancel(running.name(), Duration.ZERO).orElseThrow();

    assertThat(ended.getState()).isEqualTo(OperationState.OPERATION_STATE_SUCCEEDED);
    assertThat(ran).hasValue(0);
    fixture.awaitIdle();
    assertThat(operations.cancel("operations/aaaaaaaa", Duration.ZERO)).isEmpty();
  }

  @Test
  void cancel_whenNodesAreOpen_closesThem() throws Exception {
    var ready = new CountDownLatch(1);
    var started =
        operations.start(
            build("f"),
            report -> {
              report.node(node("a", OperationNodeState.OPERATION_NODE_STATE_RUNNING));
              report.node(node("b", OperationNodeState.OPERATION_NODE_STATE_FAILED));
              ready.countDown();
              new CountDownLatch(1).await();
              return nothing();
            });
    ready.await();

    operations.cancel(started.name(), Duration.ofMillis(1));

    assertThat(end(started).getState()).isEqualTo(OperationState.OPERATION_STATE_CANCELLED);
    assertThat(operations.get(started.name()).orElseThrow().nodes())
        .extracting(n -> n.getState())
        .containsExactly(
            OperationNodeState.OPERATION_NODE_STATE_CANCELLED,
            OperationNodeState.OPERATION_NODE_STATE_FAILED);
  }

  @Test
  void grace_isThatOfTheCancel_andCanOnlyBecomeShorter() throws Exception {
    var graces = new java.util.concurrent.LinkedBlockingQueue<Duration>();
    var go = new java.util.concurrent.Semaphore(0);
    var started =
        operations.start(
            build("f"),
            report -> {
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                for (int i = 0; i < 3; i++) {
                  go.acquireUninterruptibly();
                  graces.add(report.grace());
                }
              }
              throw new CommandException(Reason.CANCELLED, "gone");
            });
    for (var grace : new int[] {5, 7, 1}) {
      operations.cancel(started.name(), Duration.ofSeconds(grace));
      go.release();
      assertThat(graces.poll(60, TimeUnit.SECONDS))
          .isEqualTo(Duration.ofSeconds(grace == 7 ? 5 : grace));
    }
    assertThat(end(started).getState()).isEqualTo(OperationState.OPERATION_STATE_CANCELLED);
  }

  @Test
  void work_thatFails_saysWhy() throws Exception {
    var thrown =
        operations.start(
            build("f"),
            report -> {
              throw new IllegalStateException("oh");
            });
    assertThat(end(thrown).getState()).isEqualTo(OperationState.OPERATION_STATE_FAILED);
    assertThat(end(thrown).getResult().getError().getMessage()).isEqualTo("oh");

    var told =
        operations.start(
            build("f"),
            report ->
                OperationResult.newBuilder()
                    .setError(TestOperations.error(new IllegalStateException("part")))
                    .build());
    assertThat(end(told).getState()).isEqualTo(OperationState.OPERATION_STATE_FAILED);
  }

  @Test
  void queue_tellsItsPositionsAndIsFairBetweenFlakes() throws Exception {
    var latch = new CountDownLatch(1);
    var running = operations.start(build("busy"), until(latch));
    var order = new java.util.concurrent.ConcurrentLinkedQueue<String>();
    java.util.function.Function<String, OperationWork> noting =
        name ->
            report -> {
              order.add(name);
              return nothing();
            };
    var flood =
        java.util.stream.IntStream.range(0, 5)
            .mapToObj(i -> operations.start(build("busy"), noting.apply("busy" + i)))
            .toList();
    var other = operations.start(build("other"), noting.apply("other"));

    assertThat(operations.get(other.name()).orElseThrow().operation().getQueuePosition()).isZero();
    assertThat(operations.get(flood.getLast().name()).orElseThrow().operation().getQueuePosition())
        .isEqualTo(5);

    latch.countDown();
    end(running);
    end(flood.getLast());
    end(other);
    assertThat(order).first().isEqualTo("other");
    assertThat(order).hasSize(6);
  }

  @Test
  void interrupt_endsWhatRunsAndSaysSo() throws Exception {
    var running = operations.start(build("f"), forever());
    var queued = operations.start(build("f"), forever());

    operations.interrupt();

    assertThat(end(running).getState()).isEqualTo(OperationState.OPERATION_STATE_INTERRUPTED);
    assertThat(end(queued).getState()).isEqualTo(OperationState.OPERATION_STATE_INTERRUPTED);
    assertThatThrownBy(() -> operations.start(build("f"), forever()))
        .isInstanceOf(OperationsClosedException.class);
  }

  @Test
  void updates_comeAtMostTenTimesASecond() throws Exception {
    var started =
        operations.start(
            build("f"),
            report -> {
              var end = System.nanoTime() + Duration.ofMillis(500).toNanos();
              for (int i = 0; System.nanoTime() < end; i++) {
                report.node(
                    node("a", OperationNodeState.OPERATION_NODE_STATE_RUNNING).toBuilder()
                        .setDone(i)
                        .build());
              }
              return nothing();
            });

    // Begin, five or six in half a second, two for the end.
    assertThat(read(started.events(0))).hasSizeBetween(4, 10);
  }
}
