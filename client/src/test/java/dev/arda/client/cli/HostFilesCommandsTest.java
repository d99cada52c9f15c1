package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostFilesCommandsTest {

  @TempDir private Path directory;
  private Cli cli;

  @BeforeEach
  void start() throws IOException {
    cli = new Cli(directory);
  }

  @AfterEach
  void stop() throws Exception {
    cli.end();
  }

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
        .isEqualTo("removes  hosts/web01.nix\nleaves   users.nix:3  \"bob@web01\" = bob;\n");
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
}
