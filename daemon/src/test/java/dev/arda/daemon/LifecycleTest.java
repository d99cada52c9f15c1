package dev.arda.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.arda.daemon.operation.OperationSpec;
import dev.arda.daemon.operation.OperationWork;
import dev.arda.daemon.operation.StartedOperation;
import dev.arda.nix.testing.Trees;
import dev.arda.v1.OperationKind;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationState;
import dev.arda.v1.StatusRequest;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a daemon starts and ends, in this process. */
@ExtendWith(Leaks.class)
@Timeout(300)
class LifecycleTest {

  @Test
  void start_filesAndSocket_areForTheOwnerOnly() throws Exception {
    try (var daemon = TestDaemon.start()) {
      var run = daemon.configuration.runtimeDirectory();
      assertThat(mode(run)).isEqualTo("rwx------");
      for (var name : new String[] {"daemon-1.sock", "daemon-1.json", "daemon-1.running"}) {
        assertThat(mode(run.resolve(name))).as(name).isEqualTo("rw-------");
      }
      assertThat(run.resolve("daemon-1.lock")).doesNotExist();
      assertThat(run.resolve("daemon-1.new")).doesNotExist();
      var record = RuntimeRecord.read(run.resolve("daemon-1.json")).orElseThrow();
      assertThat(record.pid()).isEqualTo(ProcessHandle.current().pid());
      assertThat(record.startedAt())
          .isEqualTo(ProcessHandle.current().info().startInstant().orElseThrow());
      assertThat(record.socket()).isEqualTo(daemon.socket());
      assertThat(record.version()).isEqualTo("1.2.3");
    }
  }

  private static String mode(java.nio.file.Path file) throws java.io.IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void stop_orderly_removesSocketAndRecordButNotTheLock() throws Exception {
    try (var daemon = TestDaemon.start()) {
      var run = daemon.configuration.runtimeDirectory();
      daemon.daemon.stop(StopReason.SIGNAL, Duration.ofSeconds(5));
      assertThat(daemon.daemon.await()).isEqualTo(StopReason.SIGNAL);
      try (var left = Files.list(run)) {
        assertThat(left).containsExactly(run.resolve("daemon-1.running"));
      }
      assertThat(daemon.halts).isEmpty();
    }
  }

  @Test
  void idle_nothingIsAsked_endsThoughItIsBeingWatched() throws Exception {
    try (var daemon = TestDaemon.withIdleTimeout(Duration.ofSeconds(2))) {
      var exitAt =
          daemon.control().status(StatusRequest.getDefaultInstance()).getIdleExitAt().getSeconds();
      assertThat(Instant.ofEpochSecond(exitAt))
          .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
      var health =
          HealthGrpc.newBlockingStub(daemon.firstChannel())
              .watch(HealthCheckRequest.getDefaultInstance());
      assertThat(health.hasNext()).isTrue();

      assertThat(daemon.daemon.await()).isEqualTo(StopReason.IDLE);
    }
  }

  @Test
  void idle_aCallIsOpen_staysUntilItHasEnded() throws Exception {
    var timeout = Duration.ofSeconds(3);
    try (var daemon = TestDaemon.withIdleTimeout(timeout)) {
      var hold = new CountDownLatch(1);
      daemon.flakes.selecting = (_, _) -> hold.await();
      var answers = daemon.selection().select(TestDaemon.select("a"));
      Eventually.until("it runs", () -> daemon.flakes.running.get() == 1);
      var end = System.nanoTime() + timeout.multipliedBy(2).toNanos();
      Eventually.until("two time-outs have passed", () -> System.nanoTime() > end);
      var status = daemon.control().status(StatusRequest.getDefaultInstance());
      assertThat(status.getActiveCalls()).isEqualTo(1);
      assertThat(status.hasIdleExitAt()).isFalse();

      hold.countDown();
      assertThat(answers.hasNext()).isFalse();
      assertThat(daemon.daemon.await()).isEqualTo(StopReason.IDLE);
    }
  }

  @Test
  void stop_callLastsLongerThanTheGrace_isCutOffWithTheReasonDraining() throws Exception {
    try (var daemon = TestDaemon.start()) {
      daemon.flakes.selecting = FakeFlakes.never();
      var answers = daemon.selection().select(TestDaemon.select("a"));
      Eventually.until("it runs", () -> daemon.flakes.running.get() == 1);

      daemon.daemon.stop(StopReason.SIGNAL, Duration.ofMillis(200));

      var thrown = catchThrowable(answers::hasNext);
      assertThat(Errors.reason(thrown)).isEqualTo("DRAINING");
      assertThat(daemon.daemon.await()).isEqualTo(StopReason.SIGNAL);
      assertThat(daemon.flakes.interrupted).hasValue(1);
    }
  }

  @Test
  void stop_laterWithLessGrace_bringsTheEndNearer() throws Exception {
    try (var daemon = TestDaemon.start()) {
      daemon.flakes.selecting = FakeFlakes.never();
      var answers = daemon.selection().select(TestDaemon.select("a"));
      Eventually.until("it runs", () -> daemon.flakes.running.get() == 1);

      daemon.daemon.stop(StopReason.REQUESTED, Duration.ofHours(1));
      daemon.daemon.stop(StopReason.SIGNAL, Duration.ofMillis(100));

      assertThat(Errors.reason(catchThrowable(answers::hasNext))).isEqualTo("DRAINING");
      assertThat(daemon.daemon.await()).isEqualTo(StopReason.REQUESTED);
    }
  }

  @Test
  void stop_workerIgnoresItsInterrupt_endsAnyway() throws Exception {
    try (var daemon = TestDaemon.start()) {
      var hold = new CountDownLatch(1);
      daemon.flakes.selecting = (_, _) -> Uninterruptibles.awaitUninterruptibly(hold);
      var answers = daemon.selection().select(TestDaemon.select("a"));
      Eventually.until("it runs", () -> daemon.flakes.running.get() == 1);
      var begin = System.nanoTime();

      daemon.daemon.stop(StopReason.SIGNAL, Duration.ZERO);
      daemon.daemon.await();

      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isBetween(Daemon.UNWIND, Daemon.UNWIND.plusSeconds(30));
      assertThat(Errors.reason(catchThrowable(answers::hasNext))).isEqualTo("DRAINING");
      hold.countDown();
    }
  }

  private static StartedOperation deploy(TestDaemon daemon, OperationWork work) {
    return daemon
        .daemon
        .operations()
        .start(
            OperationSpec.of(OperationKind.OPERATION_KIND_DEPLOY, "switch web01")
                .hosts(List.of("web01"))
                .survivesClients(true)
                .onShutdown(OperationSpec.OnShutdown.FINISH)
                .build(),
            work);
  }

  private static OperationState state(TestDaemon daemon, StartedOperation operation) {
    return daemon.daemon.operations().get(operation.name()).orElseThrow().operation().getState();
  }

  /** Nobody who ends a session waits for an hour; an activation goes on without the daemon. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void signal_whileAHostIsActivated_endsInTime_andWritesDownThatItWasInterrupted(boolean requested)
      throws Exception {
    try (var daemon = TestDaemon.start()) {
      var hold = new CountDownLatch(1);
      var operation =
          deploy(
              daemon,
              report -> {
                Uninterruptibles.awaitUninterruptibly(hold);
                return OperationResult.getDefaultInstance();
              });
      Eventually.until(
          "it runs", () -> state(daemon, operation) == OperationState.OPERATION_STATE_RUNNING);
      if (requested) {
        daemon.daemon.stop(StopReason.REQUESTED, Duration.ZERO);
      }
      var begin = System.nanoTime();

      daemon.daemon.stop(StopReason.SIGNAL, Duration.ofMillis(100));
      daemon.daemon.await();

      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(60));
      assertThat(state(daemon, operation)).isEqualTo(OperationState.OPERATION_STATE_INTERRUPTED);
      assertThat(
              daemon
                  .daemon
                  .operations()
                  .get(operation.name())
                  .orElseThrow()
                  .operation()
                  .getResult()
                  .getError()
                  .getMessage())
          .isEqualTo("The daemon ended before the operation had.");
      hold.countDown();
    }
  }

  @Test
  void stop_requestedWhileAHostIsActivated_finishesThatFirst() throws Exception {
    try (var daemon = TestDaemon.start()) {
      var hold = new CountDownLatch(1);
      var operation =
          deploy(
              daemon,
              report -> {
                hold.await();
                return OperationResult.getDefaultInstance();
              });
      Eventually.until(
          "it runs", () -> state(daemon, operation) == OperationState.OPERATION_STATE_RUNNING);

      daemon.daemon.stop(StopReason.REQUESTED, Duration.ZERO);
      Eventually.until(
          "new work is refused",
          () ->
              catchThrowable(() -> daemon.selection().select(TestDaemon.select("b")).hasNext())
                      instanceof io.grpc.StatusRuntimeException e
                  && Errors.reason(e).equals("DRAINING"));
      hold.countDown();
      daemon.daemon.await();

      assertThat(state(daemon, operation)).isEqualTo(OperationState.OPERATION_STATE_SUCCEEDED);
    }
  }

  @Test
  void selfCheck_directoryIsRemoved_finishesItsCallsThenEnds() throws Exception {
    try (var daemon = TestDaemon.withSelfCheck(Duration.ofMillis(50))) {
      var hold = new CountDownLatch(1);
      daemon.flakes.selecting =
          (request, listener) -> {
            if (request.selectors().contains("a")) {
              hold.await();
            }
            listener.state(FakeFlakes.STATE);
          };
      var answers = daemon.selection().select(TestDaemon.select("a"));
      Eventually.until("it runs", () -> daemon.flakes.running.get() == 1);

      Trees.delete(daemon.configuration.runtimeDirectory());

      Eventually.until(
          "new work is refused",
          () ->
              catchThrowable(() -> daemon.selection().select(TestDaemon.select("b")).hasNext())
                      instanceof io.grpc.StatusRuntimeException e
                  && Errors.reason(e).equals("DRAINING"));
      hold.countDown();
      assertThat(answers).toIterable().hasSize(1);
      assertThat(daemon.daemon.await()).isEqualTo(StopReason.FILES_LOST);
    }
  }

  @Test
  void selfCheck_successorHasTakenThePlace_itsFilesAreLeftAlone() throws Exception {
    try (var daemon = TestDaemon.withSelfCheck(Duration.ofMillis(50));
        var successor = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      var run = daemon.configuration.runtimeDirectory();
      Trees.delete(run);
      Files.createDirectory(run);
      Files.writeString(run.resolve("daemon-1.running"), "");
      Files.writeString(run.resolve("daemon-1.json"), "{}");
      successor.bind(UnixDomainSocketAddress.of(run.resolve("daemon-1.sock")));

      assertThat(daemon.daemon.await()).isEqualTo(StopReason.FILES_LOST);

      assertThat(run.resolve("daemon-1.running")).exists();
      assertThat(run.resolve("daemon-1.json")).exists();
      assertThat(run.resolve("daemon-1.sock")).exists();
    }
  }

  @Test
  void hardStop_endIsNotReached_haltsAfterTheExtraTime() {
    var decision = new StopDecision();
    var halted = new java.util.concurrent.CompletableFuture<Integer>();
    decision.decide(StopReason.SIGNAL, Duration.ofMillis(100));
    var begin = System.nanoTime();

    new HardStop(decision, Duration.ofMillis(200), new Halting(halted)).start();

    assertThat(halted.join()).isEqualTo(ExitCode.FAILED.number());
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(250));
  }

  @Test
  void hardStop_endIsReached_doesNothing() {
    var decision = new StopDecision();
    var halted = new java.util.concurrent.CompletableFuture<Integer>();
    decision.decide(StopReason.SIGNAL, Duration.ofMinutes(10));
    new HardStop(decision, Duration.ZERO, new Halting(halted)).start();

    decision.finish();

    Eventually.until(
        "the guard has gone home",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(t -> t.getName().equals("arda-hard-stop")));
    assertThat(halted).isNotDone();
  }

  private record Halting(java.util.concurrent.CompletableFuture<Integer> halted) implements Exit {
    @Override
    public void exit(int code) {}

    @Override
    public void halt(int code) {
      halted.complete(code);
    }
  }
}
