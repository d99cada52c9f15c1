package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HostGenerationsCommandsTest extends CliTestCase {

  @Test
  void prune_listsAllAndAsks() {
    var result = cli.run("host", "prune", "web01", "--keep", "1", "--older-than", "2w");
    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.out())
        .isEqualTo(
            """
                         GENERATION  MADE  VERSION  KERNEL  REVISION      SPECIALISATIONS
            keeps    *>  3           -     25.05.3  6.12.3  0123456789ab  -
            removes      2           -     25.05.2  6.12.2  0123456789ab  -
            removes      1           -     25.05.1  6.12.1  0123456789ab  -
            """);
    assertThat(result.err())
        .contains("2 generations are removed from web01 (root@web01.example)", "--yes");
    assertThat(cli.daemon.hostGenerations.pruned).hasSize(1);
    var request = cli.daemon.hostGenerations.pruned.getFirst();
    assertThat(request.getValidateOnly()).isTrue();
    assertThat(request.getKeep()).isEqualTo(1);
    assertThat(request.getOlderThan().getSeconds()).isEqualTo(1_209_600);
  }

  @Test
  void prune_theNameTypedOrYes_removesWhatWasListed() {
    cli.terminals = "0";
    cli.typed = "web01\n";
    assertThat(cli.run("host", "prune", "web01", "--keep", "1").code()).isEqualTo(ExitCode.OK);
    cli.terminals = "";
    var result = cli.run("host", "prune", "--yes", "web01", "--keep", "1");
    assertThat(result.code()).isEqualTo(ExitCode.OK);
    assertThat(result.err()).contains("2 generations removed from web01; 1 left");
    assertThat(cli.daemon.hostGenerations.pruned).hasSize(4);
    var last = cli.daemon.hostGenerations.pruned.getLast();
    assertThat(last.getValidateOnly()).isFalse();
    assertThat(last.getConfirmedList()).containsExactly(1, 2);

    cli.daemon.hostGenerations.trouble = "the boot menu still lists them";
    var troubled = cli.run("host", "prune", "--yes", "web01", "--keep", "1");
    assertThat(troubled.code()).isEqualTo(ExitCode.FAILED);
    assertThat(troubled.err()).contains("warning: web01: the boot menu still lists them");
  }

  @Test
  void prune_withNothingOldOrADryRun_removesNothing() {
    var none = cli.run("host", "prune", "web01", "--keep", "9");
    assertThat(none.code()).isEqualTo(ExitCode.OK);
    assertThat(none.err()).contains("web01 has no generation that is old");
    assertThat(cli.run("host", "prune", "web01", "--keep", "1", "--dry-run").code()).isZero();
    var json = cli.run("--json", "host", "prune", "web01", "--keep", "1", "--dry-run");
    assertThat(json.out())
        .startsWith("{")
        .contains("\"removed\":[", "\"validatedOnly\":true")
        .hasLineCount(1);
    assertThat(cli.daemon.hostGenerations.pruned).allMatch(request -> request.getValidateOnly());
  }

  @Test
  void prune_ofABusyHost_isRefusedAsADeployment() {
    cli.daemon.hostGenerations.busy = true;
    var result = cli.run("host", "prune", "web01", "--keep", "1");
    assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.err()).contains("web01 is being deployed to");
  }

  @Test
  void prune_withoutSayingWhatIsOld_isWrongUsage() {
    assertThat(cli.run("host", "prune", "web01").err()).contains("--keep N or --older-than");
    assertThat(cli.run("host", "prune", "web01", "--keep", "0").code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.run("host", "prune", "web01", "--older-than", "soon").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(cli.run("host", "prune", "--keep", "1").code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.daemon.hostGenerations.pruned).isEmpty();
  }

  @Test
  void generations_diff_namesBothAndWhatChanges() {
    var result = cli.run("host", "generations", "web01", "--diff", "2", "3");
    assertThat(result.code()).isEqualTo(ExitCode.OK);
    assertThat(result.out())
        .contains(
            "web01: generation 3, 25.05.3, kernel 6.12.3, revision 0123456789ab against generation"
                + " 2, 25.05.2",
            "openssl")
        .contains("3.0.1");
    var request = cli.daemon.hostGenerations.compared.getFirst();
    assertThat(request.getBefore()).isEqualTo(2);
    assertThat(request.getAfter()).isEqualTo(3);
    assertThat(cli.run("host", "generations", "web01", "--diff", "2").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(cli.run("host", "generations", "web01", "--diff", "2", "x").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(cli.run("host", "generations", "a", "b", "--diff", "2", "3").code())
        .isEqualTo(ExitCode.USAGE);
  }
}
