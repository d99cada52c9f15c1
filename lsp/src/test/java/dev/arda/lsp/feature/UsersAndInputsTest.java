package dev.arda.lsp.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.lsp.feature.FlakeView.Listed;
import dev.arda.lsp.feature.FlakeView.Name;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Users are named with their hosts, and the flake itself is among its inputs. */
class UsersAndInputsTest {

  private final KnownFlake flake =
      new KnownFlake()
          .with("", "nixosConfigurations", "homeConfigurations")
          .with("nixosConfigurations.", "web01", "web02")
          .with("homeConfigurations.", "alice@web01")
          .listing(Listed.HOSTS, Name.of("web01"), Name.of("web02"))
          .listing(Listed.USERS, Name.of("alice"));

  private List<String> offered(String marked) {
    return Completer.at(flake.scope(marked.replace("¦", "")), marked.indexOf('¦'))
        .map(found -> found.items().stream().map(Completion.Item::name).toList())
        .orElse(List.of());
  }

  @Test
  void hosts_areOfferedBehindTheNameOfAUser() {
    assertThat(offered("{ outputs = _: { homeConfigurations.\"bob@¦\" = 1; }; }"))
        .containsExactly("bob@web01", "bob@web02");
    assertThat(offered("{ outputs = _: { homeConfigurations.\"bob@w¦"))
        .containsExactly("bob@web01", "bob@web02");
    assertThat(offered("{ outputs = _: { homeConfigurations = { \"bob@2¦\" = 1; }; }; }"))
        .containsExactly("bob@web02");
    assertThat(
            offered(
                "{ outputs = _: { homeConfigurations = { \"alice@web01\" = 1; \"alice@¦\" }; }; }"))
        .containsExactly("alice@web02");
  }

  @Test
  void hosts_areOfferedWhereOnlyTheTextSaysThem() {
    var text = "{ outputs = _: { nixosConfigurations.db = 1; homeConfigurations.\"bob@\" = 1; }; }";
    var found = Completer.at(new KnownFlake().scope(text), text.indexOf('@') + 1).orElseThrow();
    assertThat(found.items()).extracting(Completion.Item::name).containsExactly("bob@db");
  }

  @Test
  void hosts_areNotOfferedWhereNoUserIsNamed() {
    assertThat(offered("{ outputs = _: { homeConfigurations.\"¦\" = 1; }; }"))
        .containsExactly("alice@web01");
    assertThat(offered("{ outputs = _: { nixosConfigurations.\"bob@¦\" = 1; }; }")).isEmpty();
  }

  @Test
  void command_takesAUserWithAndWithoutAHost() {
    for (var typed : List.of("", "al", "alice")) {
      assertThat(offered("{ x = \"arda user apply " + typed + "¦\"; }"))
          .as(typed)
          .containsExactly("alice", "alice@web01");
    }
    assertThat(offered("{ x = \"arda user apply alice@¦\"; }")).containsExactly("alice@web01");
  }

  @Test
  void flakeItself_isAmongTheInputs() {
    flake.with("inputs.", "nixpkgs");
    var inFunction = "{ outputs = { self, ... }@inputs: { x = %s; }; }";
    assertThat(offered(inFunction.formatted("inputs.¦"))).containsExactly("nixpkgs", "self");
    assertThat(offered(inFunction.formatted("inputs.se¦"))).containsExactly("self");
    assertThat(offered(inFunction.formatted("self.inputs.¦"))).containsExactly("nixpkgs");
    assertThat(offered("{ outputs = inputs: { inherit (inputs) s¦; }; }")).contains("self");
    assertThat(offered(inFunction.formatted("let inputs = { }; in inputs.¦"))).isEmpty();
  }
}
