package dev.arda.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.Code;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Real processes, locks and sockets. */
final class DaemonConnectorTest extends PlacesTestCase {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void noneRunning_startsOne_andTheNextClientUsesIt() throws Exception {
    long pid;
    try (var client = connect()) {
      assertThat(client.startReason()).contains(DaemonStartReason.NONE_RUNNING);
      pid = client.greeting().getPid();
    }
    try (var client = connect()) {
      assertThat(client.startReason()).isEmpty();
      assertThat(client.greeting().getPid()).isEqualTo(pid);
    }
    assertThat(places.starts()).hasSize(1);
    // A child would delay the end of this process.
    for (var child : ProcessHandle.current().children().toList()) {
      child.onExit().get(60, TimeUnit.SECONDS);
    }
    assertThat(ProcessHandle.of(pid)).get().returns(true, ProcessHandle::isAlive);
    assertThat(places.starts().getFirst())
        .endsWith(
            "[daemon, run, --runtime-dir, %s, --state-dir, %s]"
                .formatted(places.runtime, places.state));
    assertThat(Files.getPosixFilePermissions(places.runtime))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void startedDaemon_isDetached_andItsEnvironmentIsScrubbed() throws Exception {
    places
        .with("LD_PRELOAD", "")
        .with("JAVA_TOOL_OPTIONS", "-Dplanted=1")
        .with("_JAVA_OPTIONS", "-Dplanted=2")
        .with("JDK_JAVA_OPTIONS", "-Dplanted=3")
        .with("ARDA_IDLE_TIMEOUT", "90s")
        .with("KEPT", "1");
    try (var client = connect()) {
      long pid = client.greeting().getPid();
      var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      // After the name in parentheses: state, parent, process group, session.
      var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      assertThat(fields[3]).as("session").isEqualTo(Long.toString(pid));
      assertThat(Path.of("/proc/" + pid + "/fd/0").toRealPath()).isEqualTo(Path.of("/dev/null"));
      assertThat(Path.of("/proc/" + pid + "/fd/1").toRealPath())
          .isEqualTo(places.state.resolve("log/daemon.out").toRealPath());
    }
    var environment = Files.readString(places.state.resolve("environment"));
    assertThat(environment).contains("KEPT").endsWith(" /\n");
    assertThat(environment)
        .doesNotContain("LD_PRELOAD", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS");
    assertThat(places.starts().getFirst()).contains("--idle-timeout, 90s");
  }

  @Test
  void staleSocket_isReplaced() throws Exception {
    places.makeRuntime();
    leaveSocket();
    try (var client = connect()) {
      assertThat(client.startReason()).contains(DaemonStartReason.STALE_SOCKET);
    }
  }

  @Test
  void killedDaemon_isReplaced() throws Exception {
    long pid;
    try (var client = connect()) {
      pid = client.greeting().getPid();
    }
    var process = ProcessHandle.of(pid).orElseThrow();
    process.destroyForcibly();
    process.onExit().get(60, TimeUnit.SECONDS);
    try (var client = connect()) {
      assertThat(client.startReason()).contains(DaemonStartReason.STALE_SOCKET);
      assertThat(client.greeting().getPid()).isNotEqualTo(pid);
    }
  }

  @Test
  void daemonThatIsEnding_isWaitedFor_andThatIsSaid() throws Exception {
    places.makeRuntime();
    var ending = new FakeDaemon(places.runtime);
    ending.refusal =
        Optional.of(FakeDaemon.exception(Code.UNAVAILABLE, "DRAINING", "The daemon is ending."));
    var told = new CompletableFuture<String>();
    try (var executor = Executors.newSingleThreadExecutor()) {
      var connected =
          executor.submit(() ->
              ArdaClient.connect(
                  new DaemonConnector(places.environment()).telling(told::complete),
                  Deadline.after(PATIENCE)));
      assertThat(told.get(60, TimeUnit.SECONDS)).contains("the daemon is ending");
      assertThat(connected.isDone()).isFalse();
      ending.close();
      try (var client = connected.get(60, TimeUnit.SECONDS)) {
        assertThat(client.startReason()).contains(DaemonStartReason.DRAINING);
      }
    }
  }

  @Test
  void staleRecord_ofAForeignLiveProcess_isNeverSignalled() throws Exception {
    places.makeRuntime();
    leaveSocket();
    var foreign = new ProcessBuilder("/bin/sleep", "600").start();
    try {
      FakeDaemonMain.writeRecord(
          places.runtime, foreign.toHandle(), Instant.parse("2020-01-01T00:00:00Z"));
      assertThat(DaemonRecord.read(places.runtime.resolve("daemon-1.json")))
          .isInstanceOfSatisfying(
              DaemonRecord.Reading.Present.class,
              present -> assertThat(present.record().process()).isEmpty());
      try (var client = connect()) {
        assertThat(client.startReason()).contains(DaemonStartReason.STALE_SOCKET);
      }
      assertThat(foreign.isAlive()).isTrue();
    } finally {
      foreign.destroyForcibly().waitFor();
    }
  }

  @Test
  void unsupportedProtocol_withARecordOfAForeignProcess_isAnErrorAndNobodyIsSignalled()
      throws Exception {
    places.makeRuntime();
    var foreign = new ProcessBuilder("/bin/sleep", "600").start();
    try (var daemon = new FakeDaemon(places.runtime)) {
      daemon.refusal =
          Optional.of(
              FakeDaemon.exception(
                  Code.FAILED_PRECONDITION, "PROTOCOL_UNSUPPORTED", "speaks 9 only"));
      FakeDaemonMain.writeRecord(
          places.runtime, foreign.toHandle(), Instant.parse("2020-01-01T00:00:00Z"));
      assertThatThrownBy(this::connect)
          .isInstanceOf(DaemonException.class)
          .hasMessageContaining("speaks 9 only")
          .hasMessageContaining("its record names another process");
      assertThat(foreign.isAlive()).isTrue();
    } finally {
      foreign.destroyForcibly().waitFor();
    }
    assertThat(places.starts()).isEmpty();
  }

  @Test
  void unsupportedProtocol_isEndedAndReplaced() throws Exception {
    places.makeRuntime();
    var old =
        new ProcessBuilder(
            places.launcher.toString(),
            "daemon",
            "run",
            "--runtime-dir",
            places.runtime.toString(),
            "--state-dir",
            places.state.toString());
    old.environment().put("FAKE_UNSUPPORTED", "1");
    var process =
        old.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    var record = places.runtime.resolve("daemon-1.json");
    var backoff = new Backoff(Deadline.after(PATIENCE));
    while (!Files.exists(record) && backoff.pause()) {}
    try (var client = connect()) {
      assertThat(client.startReason()).contains(DaemonStartReason.PROTOCOL_UNSUPPORTED);
      assertThat(client.greeting().getPid()).isNotEqualTo(process.pid());
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void corruptRecord_doesNotPreventAStart() throws Exception {
    places.makeRuntime();
    Files.writeString(places.runtime.resolve("daemon-1.json"), "{\"pid\":12");
    try (var client = connect()) {
      assertThat(client.startReason()).contains(DaemonStartReason.CORRUPT_RECORD);
    }
  }

  @Test
  void tenThreads_startOneDaemon() throws Exception {
    var calls = new ArrayList<Callable<Long>>();
    for (int i = 0; i < 10; i++) {
      calls.add(() -> {
        try (var client = connect()) {
          return client.greeting().getPid();
        }
      });
    }
    var pids = new HashSet<Long>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : executor.invokeAll(calls)) {
        pids.add(answer.get());
      }
    }
    assertThat(pids).hasSize(1);
    assertThat(places.starts()).hasSize(1);
  }

  @Test
  void tenProcesses_startOneDaemon() throws Exception {
    var processes = new ArrayList<Process>();
    for (int i = 0; i < 10; i++) {
      var builder =
          new ProcessBuilder(
              System.getProperty("java.home") + "/bin/java",
              "-XX:TieredStopAtLevel=1",
              "-XX:+UseSerialGC",
              "-Darda.launcher=" + places.launcher,
              "-cp",
              System.getProperty("java.class.path"),
              "dev.arda.client.cli.Main",
              "daemon",
              "start");
      builder.environment().putAll(places.environment().variables());
      processes.add(builder.redirectErrorStream(true).start());
    }
    var outputs = new ArrayList<String>();
    for (var process : processes) {
      outputs.add(
          new String(
                  process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
              .strip());
      assertThat(process.waitFor()).as(outputs.getLast()).isZero();
    }
    assertThat(places.starts()).hasSize(1);
    assertThat(outputs).filteredOn(o -> o.contains("started the daemon")).hasSize(1);
    assertThat(outputs).filteredOn(o -> o.contains("the daemon runs already")).hasSize(9);
  }

  @Test
  void daemonThatDiesAtStart_isAnErrorWithWhatItSaid() {
    places.with("FAKE_DAEMON", "die");
    assertThatThrownBy(this::connect)
        .isInstanceOf(DaemonException.class)
        .hasMessageContaining("ended with exit code 3 while it was starting")
        .hasMessageContaining("cannot bind: the disk is on fire")
        .hasMessageContaining("INFO about to start")
        .hasMessageContaining("daemon.log");
  }

  /** A client that was killed may have started one that does not listen yet. */
  @Test
  void anotherDaemonThatIsStarting_isWaitedFor() throws Exception {
    var tried = directory.resolve("tried");
    Files.writeString(places.launcher, "#!/bin/sh\ntouch '%s'\nexit 75\n".formatted(tried));
    var runtime = places.makeRuntime();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var other =
          executor.submit(() -> {
            while (!Files.exists(tried)) {
              LockSupport.parkNanos(1_000_000);
            }
            return new FakeDaemon(runtime);
          });
      try (var client = connect()) {
        assertThat(client.greeting().getPid()).isEqualTo(ProcessHandle.current().pid());
      } finally {
        other.get().close();
      }
    }
  }

  @Test
  void daemonThatNeverListens_isAnErrorThatNamesTheStep() {
    places.with("FAKE_DAEMON", "hang");
    assertThatThrownBy(
            () -> ArdaClient.connect(places.connector(), Deadline.after(Duration.ofSeconds(4))))
        .isInstanceOf(DaemonException.class)
        .hasMessageContaining("did not answer in time")
        .hasMessageContaining("ARDA_START_TIMEOUT");
  }

  @Test
  void lockThatIsHeld_isAnErrorThatNamesIt() throws Exception {
    places.makeRuntime();
    var lock = places.connector().location().lockFile();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor();
        var _ = LifecycleLock.acquire(lock, Deadline.after(PATIENCE))) {
      var other =
          executor.submit(
              () -> ArdaClient.connect(places.connector(), Deadline.after(Duration.ofSeconds(1))));
      assertThatThrownBy(other::get)
          .hasCauseInstanceOf(DaemonException.class)
          .hasMessageContaining("daemon-1.lock");
    }
    assertThat(lock).exists();
  }

  @Test
  void idleTimeoutThatIsNoDuration_isAnErrorThatNamesTheVariable() {
    places.with("ARDA_IDLE_TIMEOUT", "soon");
    assertThatThrownBy(this::connect)
        .isInstanceOf(DaemonException.class)
        .hasMessageContaining("ARDA_IDLE_TIMEOUT is not a duration: soon");
  }

  private ArdaClient connect() throws InterruptedException {
    return ArdaClient.connect(places.connector(), Deadline.after(PATIENCE));
  }

  /** What a killed daemon leaves: a socket file that nobody listens on. */
  private void leaveSocket() throws IOException {
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(places.runtime.resolve("daemon-1.sock")));
    }
  }
}
