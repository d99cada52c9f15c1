package dev.arda.lsp.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arguments of commands that a string says. */
class CommandWordsTest {

  private final KnownFlake flake =
      new KnownFlake()
          .with("", "nixosConfigurations", "homeConfigurations")
          .with("nixosConfigurations.", "web01", "web02", "it's", "db01")
          .with("homeConfigurations.", "alice@web01", "bob")
          .listing(FlakeView.Listed.TAGS, FlakeView.Name.of("prod"));

  private static String inFlake(String string) {
    return "{ outputs = _: { x = \"" + string + "\"; }; }";
  }

  private List<String> offered(String string) {
    var marked = inFlake(string);
    int offset = marked.indexOf('¦');
    return Completer.at(flake.scope(marked.replace("¦", "")), offset).stream()
        .flatMap(found ->
            found.items().stream()
                .map(item -> {
                  var text = marked.replace("¦", "");
                  return text.substring(text.indexOf('"') + 1, found.start()) + item.text();
                }))
        .toList();
  }

  private List<String> faults(String string) {
    var text = inFlake(string);
    return Faults.in(flake.scope(text), Path.of("/f/flake.nix")).faults().stream()
        .map(fault -> text.substring(fault.start(), fault.end()) + ": " + fault.message())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arda host update ¦",
        "arda host update web01 ¦",
        "arda host update ¦ web01",
        "arda host deploy w¦",
        "sudo arda --debug host diff --mode switch ¦",
        "arda host update --parallel=3 --detach ¦",
        "cd /x && arda host ssh ¦",
        "clan machines update ¦",
        "clan --flake . machines install ¦",
        "clan ssh ¦",
        "arda build --host ¦",
        "arda build --host=¦",
        "arda host update '!w¦ & @prod'",
        "colmena apply --on ¦",
        "colmena apply boot --verbose --on web01,¦",
        "colmena exec --on=¦ -- uptime",
        "a\\n  arda host status ¦\\n"
      })
  void hosts_areOffered(String string) {
    assertThat(offered(string)).anyMatch(found -> found.endsWith("web02"));
    assertThat(offered(string)).noneMatch(found -> found.endsWith("bob"));
  }

  @Test
  void usersOfHosts_areOffered_whoeverIsListed() {
    flake.listing(FlakeView.Listed.USERS, FlakeView.Name.of("alice"), FlakeView.Name.of("bob"));
    assertThat(offered("arda user apply a¦"))
        .containsExactly("arda user apply alice", "arda user apply alice@web01");
    for (var quote : List.of("", "'")) {
      assertThat(offered("arda user apply " + quote + "alice@¦" + quote))
          .containsExactly("arda user apply " + quote + "alice@web01");
    }
  }

  @Test
  void userOfAHostThatIsNearlyOne_isAFault_whoeverIsListed() {
    flake.listing(FlakeView.Listed.USERS, FlakeView.Name.of("alice"), FlakeView.Name.of("bob"));
    assertThat(faults("arda user apply alice@web1"))
        .containsExactly(
            "alice@web1: the flake has no user 'alice@web1'; did you mean 'alice@web01'?");
    for (var right : List.of("alice", "alice@web01", "bob", "bob@web1")) {
      assertThat(faults("arda user apply " + right)).as(right).isEmpty();
    }
  }

  @Test
  void users_tags_andTargets_areOffered() {
    assertThat(offered("arda user apply ¦"))
        .containsExactly("arda user apply alice@web01", "arda user apply bob");
    assertThat(offered("arda host update @¦")).containsExactly("arda host update @prod");
    assertThat(offered("arda build ¦"))
        .contains("arda build .#web01", "arda build '.#\\\"alice@web01\\\"'");
    assertThat(offered("arda host update i¦")).containsExactly("arda host update 'it'\\\\''s'");
    assertThat(offered("path:./.#nixosConfigurations.w¦"))
        .containsExactly(
            "path:./.#nixosConfigurations.web01", "path:./.#nixosConfigurations.web02");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nixos-rebuild switch --flake \\\".#¦\\\"",
        "nixos-rebuild switch --flake '.#¦'",
        "nix eval '.#nixosConfigurations.w¦.config'",
        "nix eval \\\".#nixosConfigurations.w¦.config\\\" --json"
      })
  void references_areOfferedInQuotedWords(String string) {
    assertThat(offered(string)).anyMatch(found -> found.endsWith("web02"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arda host update --mode ¦",
        "arda host update¦",
        "arda host create ¦",
        "arda host ssh web01 ¦",
        "arda host update; ¦",
        "arda flake update ¦",
        "my-arda host update ¦",
        "arda host update $h¦",
        "arda daemon stop ¦",
        "colmena apply ¦",
        "colmena eval --on ¦",
        "clan machines create ¦"
      })
  void nothingIsOffered_elsewhere(String string) {
    assertThat(offered(string)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "arda host update web1 | web1: the flake has no host 'web1'; did you mean 'web01'?",
        "clan machines update web01 web1 | web1: the flake has no host 'web1'; did you mean 'web01'?",
        "arda user apply bobb | bobb: the flake has no user 'bobb'; did you mean 'bob'?",
        "arda build --host dbo1 | dbo1: the flake has no host 'dbo1'; did you mean 'db01'?"
      })
  void wrongNames_areFaults(String string, String fault) {
    assertThat(faults(string)).containsExactly(fault);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arda host update web01 db01",
        "arda host update web*",
        "arda host update brings hosts to their configuration",
        "arda host update --target-host web1 web01",
        "arda host ssh web01 -- webd1",
        "arda user apply alice",
        "arda user apply bob@web1",
        "arda host update web$i",
        "arda host update web${x}",
        "arda build web1",
        "arda host update web01 > web1"
      })
  void nothingIsSaid_ofWhatMayBeRight(String string) {
    assertThat(faults(string)).isEmpty();
  }
}
