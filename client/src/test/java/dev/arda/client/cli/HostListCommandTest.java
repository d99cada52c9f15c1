package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.client.FakeDaemon;
import dev.arda.v1.Host;
import dev.arda.v1.HostKind;
import dev.arda.v1.HostView;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HostListCommandTest extends CliTestCase {

  @BeforeEach
  void arrange() {
    cli.daemon.hosts.all =
        List.of(
            Host.newBuilder()
                .setName("web01")
                .setKind(HostKind.HOST_KIND_NIXOS)
                .setConfigured(true)
                .setSystem("x86_64-linux")
                .addTags("canary")
                .addTags("web")
                .setTargetHost("root@192.0.2.1")
                .setDescription("first\nserver\u001b[31m")
                .build(),
            Host.newBuilder()
                .setName("broken")
                .setConfigured(true)
                .setError(
                    FakeDaemon.error(
                        com.google.rpc.Code.FAILED_PRECONDITION,
                        "EVALUATION_FAILED",
                        "no such option\nat x.nix"))
                .build(),
            Host.newBuilder().setName("later").build());
  }

  @Test
  void list_printsATableAndNamesWhatIsBroken() {
    var result = cli.run("host", "list");
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .isEqualTo(
            """
            NAME    SYSTEM        TARGET          TAGS        DESCRIPTION
            web01   x86_64-linux  root@192.0.2.1  canary web  first server\\u001b[31m
            broken  -             broken          -
            later   (no system)   later           -
            """);
    assertThat(result.err()).isEqualTo("warning: broken: no such option\n");
    assertThat(cli.daemon.hosts.listings.getLast().getView()).isEqualTo(HostView.HOST_VIEW_FULL);
  }

  @Test
  void list_saysWhatIsWrongWithTheFlake() {
    cli.daemon.hosts.warnings = List.of("something is left");
    for (var words :
        List.of(List.of("host", "list", "--names"), List.of("--json", "host", "list"))) {
      var result = cli.run(words.toArray(String[]::new));
      assertThat(result.code()).isZero();
      assertThat(result.err()).isEqualTo("warning: something is left\n");
      assertThat(result.out()).contains("later");
    }
  }

  @Test
  void list_tagsRestrictEverySelection() {
    assertThat(cli.run("host", "list", "--tag", "a b", "--tag", "c", "web*", "db|x").code())
        .isZero();
    assertThat(cli.daemon.hosts.listings.getLast().getSelectionsList())
        .containsExactly("(web*) & @\"a b\" & @\"c\"", "(db|x) & @\"a b\" & @\"c\"");
    assertThat(cli.run("host", "list", "--tag", "a").code()).isZero();
    assertThat(cli.daemon.hosts.listings.getLast().getSelectionsList()).containsExactly("@\"a\"");
    assertThat(cli.run("host", "list", "--tag", "a\"").code()).isEqualTo(2);
  }

  @Test
  void build_ofChosenHosts() {
    cli.run("build", "--host", "web01", "--host", "w* & !@x", "--user", "a*");
    assertThat(cli.daemon.builds.getLast().getTargetsList())
        .extracting(target -> target.hasHost() ? target.getHost() : "user " + target.getUser())
        .containsExactly("web01", "web01", "broken", "later", "user a*");
    assertThat(cli.daemon.hosts.listings)
        .singleElement()
        .satisfies(asked -> assertThat(asked.getSelectionsList()).containsExactly("w* & !@x"));
  }

  @Test
  void list_namesAndJsonAreForPrograms() {
    var names = cli.run("host", "list", "--names");
    assertThat(names.out()).isEqualTo("web01\nbroken\nlater\n");
    assertThat(cli.daemon.hosts.listings.getLast().getView()).isEqualTo(HostView.HOST_VIEW_NAMES);
    assertThat(cli.run("host", "list", "--json").out().lines())
        .hasSize(3)
        .first()
        .asString()
        .startsWith("{\"name\":\"web01\",\"kind\":\"HOST_KIND_NIXOS\"");
    assertThat(cli.run("host", "list", "--json").out().lines().skip(1))
        .allSatisfy(line ->
            assertThat(line)
                .containsAnyOf("\"targetHost\":\"broken\"", "\"targetHost\":\"later\""));
    cli.daemon.hosts.all = List.of();
    assertThat(cli.run("host", "list").err()).contains("no hosts");
  }

  @Test
  void aNameWithControlCharacters_isQuoted_andLooksLikeNoOther() {
    cli.daemon.hosts.all =
        List.of(
            Host.newBuilder().setName("a b").build(), Host.newBuilder().setName("a\nb").build());
    assertThat(cli.run("host", "list", "--names").out()).isEqualTo("a b\n\"a\\nb\"\n");
    assertThat(cli.run("host", "list").out().lines().skip(1))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("a b "),
            line -> assertThat(line).startsWith("\"a\\nb\" "));
  }
}
