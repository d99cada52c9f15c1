package dev.arda.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.arda.nix.testing.Trees;
import dev.arda.v1.DaemonServiceGrpc;
import dev.arda.v1.SelectionServiceGrpc;
import dev.arda.v1.ShutdownRequest;
import dev.arda.v1.StatusRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Daemons as processes of their own: signals, locks, standard streams. */
@ExtendWith(Leaks.class)
@Timeout(300)
class DaemonProcessTest {

  private Path directory = Path.of("");

  @BeforeEach
  void createDirectory() throws Exception {
    directory = Leaks.temporaryDirectory();
  }

  @AfterEach
  void deleteDirectory() {
    Trees.delete(directory);
  }

  @Test
  void run_untilShutdown_printsNothingAndExitsWithZero() throws Exception {
    try (var daemon = DaemonProcess.start(directory);
        var channel = TestChannel.open(daemon.socket())) {
      var control = DaemonServiceGrpc.newBlockingStub(channel.channel());
      var status = control.status(StatusRequest.getDefaultInstance());
      assertThat(status.getPid()).isEqualTo(daemon.process().pid());
      var record = RuntimeRecord.read(daemon.recordFile()).orElseThrow();
      assertThat(record.startedAt())
          .as("the start time as another process sees it")
          .isEqualTo(daemon.process().info().startInstant().orElse(Instant.EPOCH));

      control.shutdown(ShutdownRequest.getDefaultInstance());

      assertThat(daemon.exitCode()).isZero();
      assertThat(daemon.output()).isEmpty();
      assertThat(daemon.errors()).isEmpty();
      assertThat(daemon.log()).contains("is listening on", "a client asked for it", "Ended after");
      var log = directory.resolve("state/log/daemon.log");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
          .isEqualTo("rw-------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log.getParent())))
          .isEqualTo("rwx------");
      assertThat(daemon.log()).doesNotContain("WARN", "ERROR");
    }
  }

  @Test
  void sigterm_duringACall_cutsItOffAndCleansUp() throws Exception {
    try (var daemon = DaemonProcess.start(directory);
        var channel = TestChannel.open(daemon.socket())) {
      var answers =
          SelectionServiceGrpc.newBlockingStub(channel.channel())
              .select(TestDaemon.select("never"));
      assertThat(answers.next().hasState()).isTrue();

      daemon.process().destroy(); // SIGTERM

      assertThat(Errors.reason(catchThrowable(answers::hasNext))).isEqualTo("DRAINING");
      assertThat(daemon.exitCode()).isEqualTo(128 + 15);
      assertThat(daemon.socket()).doesNotExist();
      assertThat(daemon.recordFile()).doesNotExist();
      assertThat(daemon.output()).isEmpty();
    }
  }

  @Test
  void start_whileAnotherRuns_exitsWith75AndLeavesItAlone() throws Exception {
    try (var first = DaemonProcess.start(directory);
        var second = DaemonProcess.launch(directory)) {
      assertThat(second.exitCode()).isEqualTo(75);
      assertThat(second.output()).isEmpty();
      assertThat(second.errors()).contains("Another daemon is running in " + directory);
      assertThat(first.log()).contains("Not started: Another daemon is running");
      try (var channel = TestChannel.open(first.socket())) {
        assertThat(
                DaemonServiceGrpc.newBlockingStub(channel.channel())
                    .status(StatusRequest.getDefaultInstance())
                    .getPid())
            .isEqualTo(first.process().pid());
      }
    }
  }

  @Test
  void start_afterAKill_replacesWhatTheDeadOneLeft() throws Exception {
    try (var first = DaemonProcess.start(directory)) {
      first.process().destroyForcibly().waitFor();
      assertThat(first.socket()).exists();
      assertThat(first.recordFile()).exists();
      try (var second = DaemonProcess.start(directory);
          var channel = TestChannel.open(second.socket())) {
        assertThat(
                DaemonServiceGrpc.newBlockingStub(channel.channel())
                    .status(StatusRequest.getDefaultInstance())
                    .getPid())
            .isEqualTo(second.process().pid());
      }
    }
  }

  @Test
  void privateDaemon_clientClosesStandardInput_endsAndLeavesNothing() throws Exception {
    try (var daemon = DaemonProcess.start(directory, "--private", "--idle-timeout", "1ms");
        var channel = TestChannel.open(daemon.socket())) {
      var answers =
          SelectionServiceGrpc.newBlockingStub(channel.channel())
              .select(TestDaemon.select("never"));
      assertThat(answers.next().hasState()).isTrue();

      daemon.process().getOutputStream().close();

      assertThat(daemon.exitCode()).isZero();
      assertThat(DaemonProcess.run(directory)).doesNotExist();
      assertThat(directory.resolve("state/log/private.log")).isNotEmptyFile();
      assertThat(daemon.output()).isEmpty();
    }
  }

  @Test
  void idle_timeoutOnTheCommandLine_endsTheProcess() throws Exception {
    try (var daemon = DaemonProcess.start(directory, "--idle-timeout", "300ms")) {
      assertThat(daemon.exitCode()).isZero();
      assertThat(daemon.log()).contains("nothing was asked for the idle time-out");
    }
  }

  @Test
  void start_directoryIsOpenToOthers_saysWhatToDo() throws Exception {
    Files.createDirectory(
        DaemonProcess.run(directory),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    try (var daemon = DaemonProcess.launch(directory)) {
      assertThat(daemon.exitCode()).isEqualTo(1);
      assertThat(daemon.errors()).contains("chmod 700");
    }
  }

  @Test
  void client_processIsKilled_itsEvaluationIsGivenUp() throws Exception {
    try (var daemon = TestDaemon.start()) {
      daemon.flakes.selecting = FakeFlakes.never();
      var command = new java.util.ArrayList<>(DaemonProcess.java(ClientProcess.class));
      command.add(daemon.socket().toString());
      var client = new ProcessBuilder(command).inheritIO().start();
      Eventually.until("the client has asked", () -> daemon.flakes.running.get() == 1);

      client.destroyForcibly().waitFor();

      Eventually.within(
          Duration.ofSeconds(30), "given up", () -> daemon.flakes.interrupted.get() == 1);
      Eventually.until("no call is counted", () -> daemon.activeCalls() == 0);
    }
  }
}
