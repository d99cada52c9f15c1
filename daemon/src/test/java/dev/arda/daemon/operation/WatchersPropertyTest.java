package dev.arda.daemon.operation;

import static dev.arda.daemon.operation.TestOperations.build;
import static dev.arda.daemon.operation.TestOperations.nothing;
import static dev.arda.daemon.operation.TestOperations.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationCounterKind;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever watches, from wherever, however slowly, sees the same. */
@Timeout(300)
class WatchersPropertyTest {

  private static final OperationNodeState[] STATES = {
    OperationNodeState.OPERATION_NODE_STATE_WAITING,
    OperationNodeState.OPERATION_NODE_STATE_RUNNING,
    OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED,
    OperationNodeState.OPERATION_NODE_STATE_FAILED
  };

  @TempDir Path directory;

  /** Tells random things for about a second, more than the ring in memory holds. */
  private static OperationWork randomWork(long seed) {
    return report -> {
      var random = new Random(seed);
      for (int round = 0; round < 40; round++) {
        for (int i = random.nextInt(60); i >= 0; i--) {
          var id = "n" + random.nextInt(200);
          report.node(
              OperationNode.newBuilder()
                  .setId(id)
                  .setState(STATES[random.nextInt(STATES.length)])
                  .setPhase("p".repeat(random.nextInt(400)))
                  .build());
          report.log(id, "l".repeat(random.nextInt(2_000)));
          report.counter(
              OperationCounter.newBuilder()
                  .setKind(OperationCounterKind.OPERATION_COUNTER_KIND_BUILDS)
                  .setExpected(random.nextInt(1_000))
                  .setDone(random.nextInt(1_000))
                  .build());
        }
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(40)).toNanos());
      }
      if (random.nextInt(4) == 0) {
        throw new IllegalStateException("the end of it");
      }
      return nothing();
    };
  }

  /** Watches, leaves and comes back with what it has, now fast, now slowly. */
  private static Callable<List<OperationEvent>> watcher(
      Operations operations, String name, long seed) {
    return () -> {
      var random = new Random(seed);
      var seen = new ArrayList<OperationEvent>();
      boolean finished = false;
      while (!finished) {
        var position = seen.isEmpty() ? 0 : seen.getLast().getSequence();
        int patience = 1 + random.nextInt(50);
        try (var events = operations.watch(name, position).orElseThrow()) {
          for (int i = 0; i < patience && !finished; i++) {
            var event = events.next();
            event.ifPresent(seen::add);
            finished = event.isEmpty() || event.get().hasFinished();
            if (random.nextInt(20) == 0) {
              LockSupport.parkNanos(Duration.ofMillis(random.nextInt(300)).toNanos());
            }
          }
        }
      }
      return seen;
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyWatcher_seesTheSameEventsAndTheSameEnd(long seed) throws Exception {
    var fixture = new TestOperations(directory, TestOperations.limits(4));
    var operations = fixture.operations;
    var started = operations.start(build("f" + seed), randomWork(seed));
    var name = started.name();

    List<Future<List<OperationEvent>>> watchers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 12; i++) {
        watchers.add(threads.submit(watcher(operations, name, seed * 100 + i)));
      }
      var idle = operations.watch(name, 0).orElseThrow(); // never reads, and delays nobody
      var direct = read(started.events(0));
      var expected = new ClientFold(0).addAll(direct);
      assertThat(expected.sawGap).isFalse();
      var expectations =
          direct.stream()
              .flatMap(e -> e.getUpdate().getCountersList().stream())
              .map(OperationCounter::getExpected)
              .toList();
      assertThat(expectations).isSorted();
      for (var watcher : watchers) {
        assertThat(watcher.get()).as("seed %d", seed).isEqualTo(direct);
      }
      var view = operations.get(name).orElseThrow();
      assertThat(view.nodes()).isEqualTo(expected.fold.nodes());
      assertThat(view.counters()).isEqualTo(expected.fold.counters());
      assertThat(read(idle)).isEqualTo(direct);
      fixture.awaitIdle();
      assertThat(read(operations.watch(name, 0).orElseThrow())).isEqualTo(direct);
    }
  }
}
