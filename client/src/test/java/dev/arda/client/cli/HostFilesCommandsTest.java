package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.v1.HardwareBackend;
import dev.arda.v1.HardwareEffect;
import dev.arda.v1.RefreshedHardware;
import org.junit.jupiter.api.Test;

final class HostFilesCommandsTest extends CliTestCase {

  @Test
  void create_saysWhatWasWishedAndPrintsWhatWasMade() {
    var result =
        cli.run(
            "host",
            "create",
            "web03",
            "--tag",
            "web",
            "--tag",
            "new",
            "--system",
            "aarch64-linux",
            "--description",
            "third one",
            "--template",
            "t/host.nix");
    assertThat(result.code()).isEqualTo(ExitCode.OK);
    assertThat(result.out()).isEqualTo("made     hosts/web03.nix\n");
    assertThat(result.err()).contains("web03 is in /flake; its files are staged");
    var request = cli.daemon.hostLives.created.getFirst();
    assertThat(request.getTagsList()).containsExactly("web", "new");
    assertThat(request.getSystem()).isEqualTo("aarch64-linux");
    assertThat(request.getDescription()).isEqualTo("third one");
    assertThat(request.getTemplate()).endsWith("/t/host.nix").startsWith("/");
  }

  @Test
  void create_withoutAName_isWrongUsage() {
    assertThat(cli.run("host", "create").code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.run("host", "create", "a", "b").code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void delete_dryRun_listsAndRemovesNothing() {
    var result = cli.run("host", "delete", "web01", "--dry-run");
    assertThat(result.code()).isEqualTo(ExitCode.OK);
    assertThat(result.out())
        .isEqualTo(
            """
            removes  hosts/web01.nix
            leaves   secrets/web01, which hosts/web02.nix:7 uses
            leaves   users.nix:3  "bob@web01" = bob;
            """);
    assertThat(cli.daemon.hostLives.deleted).hasSize(1);
    assertThat(cli.daemon.hostLives.deleted.getFirst().getValidateOnly()).isTrue();
  }

  @Test
  void delete_nobodyToAsk_removesNothing() {
    var result = cli.run("host", "delete", "web01");
    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("--yes");
    assertThat(cli.daemon.hostLives.deleted).hasSize(1);
  }

  @Test
  void delete_anotherNameTyped_removesNothing() {
    cli.terminals = "0";
    cli.typed = "web02\n";
    var result = cli.run("host", "delete", "web01");
    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).contains("Type web01 to go on", "nothing was done");
    assertThat(cli.daemon.hostLives.deleted).hasSize(1);
    assertThat(cli.run("host", "delete", "web01", "--json").out().lines())
        .last()
        .asString()
        .contains("\"reason\":\"NOT_CONFIRMED\"", "web01 was not typed; nothing was done");
  }

  @Test
  void delete_theNameTypedOrYes_removes() {
    cli.terminals = "0";
    cli.typed = "web01\n";
    assertThat(cli.run("host", "delete", "web01").code()).isEqualTo(ExitCode.OK);
    cli.terminals = "";
    assertThat(cli.run("host", "delete", "--yes", "web01").code()).isEqualTo(ExitCode.OK);
    assertThat(cli.daemon.hostLives.deleted)
        .extracting(request -> request.getValidateOnly())
        .containsExactly(true, false, true, false);
  }

  private static RefreshedHardware report(String before, String after) {
    return RefreshedHardware.newBuilder()
        .setTarget("root@web01.example")
        .setDirectory("/flake")
        .setFile("hosts/web01/facter.json")
        .setExisted(!before.isEmpty())
        .setBefore(before)
        .setAfter(after)
        .setStaged(before.isEmpty())
        .setEffect(HardwareEffect.HARDWARE_EFFECT_CHANGES)
        .build();
  }

  @Test
  void hardware_newFile_isWrittenWithoutAsking() {
    cli.daemon.hostLives.hardware = report("", "{\n}\n");
    var result = cli.run("host", "hardware", "web01", "--backend", "nixos-facter");
    assertThat(result.code()).isEqualTo(ExitCode.OK);
    assertThat(result.out()).isEqualTo("makes  hosts/web01/facter.json (2 lines)\n");
    assertThat(result.err()).contains("hosts/web01/facter.json is written, and staged");
    var requests = cli.daemon.hostLives.refreshed;
    assertThat(requests).hasSize(2);
    assertThat(requests.getFirst().getBackend())
        .isEqualTo(HardwareBackend.HARDWARE_BACKEND_NIXOS_FACTER);
    assertThat(requests.getFirst().getValidateOnly()).isTrue();
    assertThat(requests.getLast().getValidateOnly()).isFalse();
    assertThat(requests.getLast().getReport()).isEqualTo("{\n}\n");
  }

  @Test
  void hardware_showsWhatChanges_andAsks() {
    cli.daemon.hostLives.hardware = report("a\nb\n\u001b[31mc\n", "a\nB\n\u001b[31mc\n");
    var asked = cli.run("host", "hardware", "web01");
    assertThat(asked.code()).isEqualTo(ExitCode.USAGE);
    assertThat(asked.out())
        .startsWith("changes  hosts/web01/facter.json\n@@ line 1 @@\n a\n-b\n+B\n")
        .doesNotContain("\u001b");
    assertThat(cli.daemon.hostLives.refreshed).hasSize(1);
    assertThat(cli.run("host", "hardware", "web01", "--yes").code()).isEqualTo(ExitCode.OK);
    assertThat(cli.daemon.hostLives.refreshed).hasSize(3);
  }

  @Test
  void hardware_dryRunOrNothingNew_writesNothing() {
    cli.daemon.hostLives.hardware =
        report("", "{\n}\n").toBuilder().setEffect(HardwareEffect.HARDWARE_EFFECT_NONE).build();
    var dry = cli.run("host", "hardware", "web01", "--dry-run");
    assertThat(dry.out()).isEqualTo("would make  hosts/web01/facter.json (2 lines)\n");
    assertThat(dry.err())
        .contains("does not depend on it", "hardware.facter.reportPath = ./facter.json");
    cli.daemon.hostLives.hardware = report("a\n", "a\n");
    var same = cli.run("host", "hardware", "web01");
    assertThat(same.code()).isEqualTo(ExitCode.OK);
    assertThat(same.err()).contains("says what the host says");
    assertThat(cli.daemon.hostLives.refreshed).allMatch(request -> request.getValidateOnly());
    assertThat(cli.run("host", "hardware", "web01", "--backend", "x").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(cli.run("host", "hardware", "a", "--filesystems", "--no-filesystems").code())
        .isEqualTo(ExitCode.USAGE);
  }
}
