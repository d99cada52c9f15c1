package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import dev.arda.client.FakeDaemon;
import dev.arda.client.cli.view.Events;
import dev.arda.v1.Host;
import dev.arda.v1.InstallPhase;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationState;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostInstallCommandTest extends CliTestCase {

  @BeforeEach
  void arrange() {
    cli.daemon.hosts.all =
        List.of(Host.newBuilder().setName("web01").setTargetHost("root@web01.example").build());
  }

  @Test
  void nobodyToAsk_nothingIsInstalled() {
    var result = cli.run("host", "install", "web01");
    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err())
        .contains("All disks that web01 names are erased on root@web01.example", "--yes");
    assertThat(cli.daemon.hostLives.installed).isEmpty();
  }

  @Test
  void anotherNameTyped_nothingIsInstalled() {
    cli.terminals = "0";
    cli.typed = "yes\n";
    assertThat(cli.run("host", "install", "web01").code()).isEqualTo(ExitCode.FAILED);
    assertThat(cli.daemon.hostLives.installed).isEmpty();
  }

  @Test
  void theNameTyped_isInstalled() {
    cli.terminals = "0";
    cli.typed = "web01\n";
    var result =
        cli.run(
            "host",
            "install",
            "web01",
            "--no-reboot",
            "--disk-encryption-keys",
            "/tmp/disk.key",
            "secret",
            "--chown",
            "/home/a",
            "1000:100",
            "--target-host",
            "root@192.0.2.7",
            "--step-timeout",
            "7");
    assertThat(result.err()).contains("erased on root@192.0.2.7. Type web01 to go on:");
    assertThat(result.code()).isEqualTo(ExitCode.OK);
    assertThat(result.out()).contains("web01  installed on root@192.0.2.7");
    var request = cli.daemon.hostLives.installed.getFirst();
    assertThat(request.getConfirmedHost()).isEqualTo("web01");
    assertThat(request.getPhasesList())
        .containsExactly(
            InstallPhase.INSTALL_PHASE_KEXEC,
            InstallPhase.INSTALL_PHASE_DISKO,
            InstallPhase.INSTALL_PHASE_INSTALL);
    assertThat(request.getDiskEncryptionKeys(0).getRemotePath()).isEqualTo("/tmp/disk.key");
    assertThat(request.getDiskEncryptionKeys(0).getFile()).startsWith("/").endsWith("/secret");
    assertThat(request.getOwners(0).getOwner()).isEqualTo("1000:100");
    assertThat(request.getStepLimit().getSeconds()).isEqualTo(420);
  }

  @ParameterizedTest
  @ValueSource(strings = {"web", "web*", "@web"})
  void aTagOrPattern_isNoNameOfAHost_andNothingIsInstalled(String word) {
    cli.daemon.hosts.all =
        List.of(
            Host.newBuilder().setName("web01").build(), Host.newBuilder().setName("web02").build());
    var result = cli.run("host", "install", word, "--yes");
    assertThat(result.err())
        .contains("one host is wanted, by its name; " + word + " chooses 2: web01, web02");
    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.daemon.hostLives.installed).isEmpty();
    assertThat(cli.daemon.hosts.listings.getLast().getSelections(0))
        .isEqualTo(word.equals("web") ? "\"web\"" : word);
  }

  @ParameterizedTest
  @CsvSource({
    "connect, RUNNING, 69, were not touched until then",
    "disko, WAITING, 69, were not touched until then",
    "disko, RUNNING, 7, may be erased",
    "install, FAILED, 7, may be erased"
  })
  void daemonThatDied_whatBecameOfTheDisksIsSaid(
      String phase, String state, int code, String words) {
    cli.daemon.hostLives.installEnd = OperationState.OPERATION_STATE_INTERRUPTED;
    cli.daemon.hostLives.installUpdate =
        Events.nodes(
                OperationNode.newBuilder()
                    .setId("install-web01/" + phase)
                    .setName(phase)
                    .setState(OperationNodeState.valueOf("OPERATION_NODE_STATE_" + state)))
            .build();
    var result = cli.run("host", "install", "web01", "--yes", "--target-host", "x");
    assertThat(result.err()).contains("the disks of x " + words);
    assertThat(result.code()).isEqualTo(code);
  }

  @Test
  void cancelled_whatBecameOfTheDisksIsSaid() {
    cli.daemon.hostLives.installEnd = OperationState.OPERATION_STATE_CANCELLED;
    cli.daemon.hostLives.installError =
        FakeDaemon.error(Code.CANCELLED, "CANCELLED", "Given up. The disks of x may be erased.");
    var result = cli.run("host", "install", "web01", "--yes", "--target-host", "x");
    assertThat(result.err()).contains("The disks of x may be erased.");
  }

  @ParameterizedTest
  @CsvSource({"HOST_BUSY, 5", "HOST_UNFIT, 5", "INSTALL_FAILED, 1"})
  void refused_hasTheExitCodeOfDeployments(String reason, int code) {
    cli.daemon.hostLives.installEnd = OperationState.OPERATION_STATE_FAILED;
    cli.daemon.hostLives.installError = FakeDaemon.error(Code.ABORTED, reason, "It is not.");
    for (var json : List.of(false, true)) {
      var words = new java.util.ArrayList<>(List.of("host", "install", "web01", "--yes"));
      if (json) {
        words.add("--json");
      }
      assertThat(cli.run(words.toArray(String[]::new)).code()).isEqualTo(code);
    }
  }

  @Test
  void somePhases_areWhatIsSaidToBeDone() {
    var begun = cli.run("host", "install", "web01", "--yes", "--phases", "kexec,disko");
    assertThat(begun.out()).startsWith("web01  not installed; done: kexec, disko on ");
    var rest = cli.run("host", "install", "web01", "--yes", "--phases", "install,reboot");
    assertThat(rest.out()).startsWith("web01  installed on ");
    var asked = cli.run("host", "install", "web01", "--phases", "kexec", "--target-host", "x");
    assertThat(asked.err()).contains("The system that runs on x ends: kexec.");
  }

  @Test
  void wrongWords_areWrongUsage() {
    for (var words :
        List.of(
            List.of("--phases", "kexec,format"),
            List.of("--build-on", "moon"),
            List.of("--step-timeout", "0"),
            List.of("--generate-hardware-config", "lshw", "x.json"))) {
      var line = new java.util.ArrayList<>(List.of("host", "install", "web01", "--yes"));
      line.addAll(words);
      assertThat(cli.run(line.toArray(String[]::new)).code()).isEqualTo(ExitCode.USAGE);
    }
    assertThat(cli.daemon.hostLives.installed).isEmpty();
  }
}
