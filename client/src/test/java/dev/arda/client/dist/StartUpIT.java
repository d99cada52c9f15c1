package dev.arda.client.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** How a daemon comes to be, and what stands in its way. */
class StartUpIT {

  private static final String HOSTS = "nixosConfigurations.*.config.networking.hostName";
  private static final String HOSTS_ANSWER =
      "{\"db01\":\"db01\",\"web01\":\"web01\",\"web02\":\"web02\"}\n";

  @Test
  void fiftyClientsAtOnce_startOneDaemon_andEachIsAnswered() throws IOException {
    try (var arda = new ArdaFixture().with("ARDA_START_TIMEOUT", "150s")) {
      var clients = new ArrayList<Process>();
      for (int i = 0; i < 50; i++) {
        clients.add(arda.start("eval", HOSTS));
      }
      for (Process client : clients) {
        var run = ArdaFixture.end(client);
        assertThat(run.out()).as(run.err()).isEqualTo(HOSTS_ANSWER);
        assertThat(run.exitCode()).isZero();
      }
      long daemon = arda.daemon().pid();
      assertThat(arda.processes()).extracting(ProcessHandle::pid).contains(daemon);
      assertThat(Files.readAllLines(log(arda)))
          .filteredOn(line -> line.contains("is listening"))
          .hasSize(1);
    }
  }

  @Test
  void daemonThatWasKilled_isReplacedByTheNextQuestion() throws Exception {
    try (var arda = new ArdaFixture()) {
      arda.run("eval", HOSTS);
      ProcessHandle daemon = arda.daemon();
      daemon.destroyForcibly();
      daemon.onExit().get(60, TimeUnit.SECONDS);
      assertThat(runtime(arda))
          .isDirectoryContaining("glob:**.sock")
          .isDirectoryContaining("glob:**.json");

      var run = arda.run("eval", HOSTS);

      assertThat(run.out()).as(run.err()).isEqualTo(HOSTS_ANSWER);
      assertThat(arda.daemon().pid()).isNotEqualTo(daemon.pid());
    }
  }

  @Test
  void daemonThatIsKilledWhileItStarts_isToldOf_andReplacedByTheNextQuestion() throws Exception {
    try (var arda = new ArdaFixture()) {
      var client = arda.start("eval", HOSTS);
      ProcessHandle starting = startingDaemon(arda);
      starting.destroyForcibly();

      var run = ArdaFixture.end(client);

      assertThat(run.exitCode()).as(run.err()).isEqualTo(69);
      assertThat(run.err()).contains("the daemon ended with exit code 137 while it was starting");
      assertThat(arda.run("eval", HOSTS).out()).isEqualTo(HOSTS_ANSWER);
    }
  }

  @Test
  void runtimeDirectoryThatOthersMayEnter_isRefusedWithTheRemedy() throws Exception {
    try (var arda = new ArdaFixture()) {
      Files.createDirectory(
          runtime(arda),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Files.setPosixFilePermissions(runtime(arda), PosixFilePermissions.fromString("rwxr-xr-x"));

      var run = arda.run("eval", HOSTS);

      assertThat(run.exitCode()).isEqualTo(69);
      assertThat(run.err()).contains("has the mode 0755", "chmod 700 " + runtime(arda));
      assertThat(arda.processes()).isEmpty();
    }
  }

  @Test
  void foreignFileInPlaceOfTheSocket_isRefusedAndLeftAlone() throws Exception {
    try (var arda = new ArdaFixture()) {
      arda.run("daemon", "start");
      Path socket = arda.root.resolve(socket(arda));
      arda.run("daemon", "stop");
      Files.writeString(socket, "mine");

      var run = arda.run("eval", HOSTS);

      assertThat(run.exitCode()).isEqualTo(69);
      assertThat(run.err()).contains(socket + " is not a socket; remove it");
      assertThat(socket).hasContent("mine");
      Files.delete(socket);
    }
  }

  private static Path runtime(ArdaFixture arda) {
    return arda.root.resolve("xdg_runtime_dir/arda");
  }

  private static Path log(ArdaFixture arda) {
    return arda.root.resolve("xdg_state_home/arda/log/daemon.log");
  }

  private static Path socket(ArdaFixture arda) throws IOException {
    try (var files = Files.newDirectoryStream(runtime(arda), "*.sock")) {
      return files.iterator().next();
    }
  }

  /** The daemon's process, as soon as there is one. */
  private static ProcessHandle startingDaemon(ArdaFixture arda) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    Optional<ProcessHandle> found = Optional.empty();
    while (found.isEmpty()) {
      assertThat(System.nanoTime()).as("a daemon starts within a minute").isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
      found =
          arda.processes().stream()
              .filter(process -> ArdaFixture.commandLine(process).contains("DaemonMain"))
              .findFirst();
    }
    return found.get();
  }
}
