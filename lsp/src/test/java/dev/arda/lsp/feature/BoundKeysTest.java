package dev.arda.lsp.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key that would be bound twice is not offered: Nix refuses the flake. */
class BoundKeysTest {

  private final KnownFlake flake =
      new KnownFlake()
          .with("", "nixosConfigurations", "darwinConfigurations", "homeConfigurations")
          .with("nixosConfigurations.", "web01", "web02")
          .with("darwinConfigurations.", "mac")
          .with("homeConfigurations.", "alice");

  private List<String> offered(String outputs) {
    var marked = "{ outputs = { self }: { " + outputs + " }; }";
    return Completer.at(flake.scope(marked.replace("¦", "")), marked.indexOf('¦'))
        .map(found -> found.items().stream().map(Completion.Item::name).toList())
        .orElse(List.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nixosConfigurations = { web01 = mk 1; ¦ };",
        "nixosConfigurations = { ¦ web01 = mk 1; };",
        "nixosConfigurations = { w¦ = { }; \"web01\" = mk 1; };",
        "nixosConfigurations = { \"w¦\" = { }; web01 = mk 1; };",
        "nixosConfigurations = { inherit (x) web01; ¦ };",
        "nixosConfigurations = rec { web01 = mk 1; ¦ };",
        "nixosConfigurations.web01 = mk 1; nixosConfigurations.¦",
        "nixosConfigurations.web01 = mk 1; nixosConfigurations.¦ = mk 2;",
        "nixosConfigurations = { web01 = mk 1; }; nixosConfigurations.¦",
        "nixosConfigurations.web01 = mk 1; nixosConfigurations = { ¦ };",
        "nixosConfigurations = { a = f { web02 = 1; }; web01 = mk 1; ¦ };",
        "colmena = { web01 = { }; ¦ };",
        "deploy.nodes = { web01 = { }; ¦ };",
        "deploy = { nodes.web01 = { }; nodes.¦ };",
        "deploy = { nodes = { ¦ }; }; deploy.nodes.web01 = { };",
        "colmenaHive = { nodes = { web01 = { }; ¦ }; };"
      })
  void nameThatTheSetBinds_isNotOffered(String outputs) {
    assertThat(offered(outputs)).contains("web02").doesNotContain("web01");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nixosConfigurations = { web01 = mk 1; } // { ¦ };",
        "nixosConfigurations = { web0¦ = mk 1; };",
        "nixosConfigurations = { web01¦ = mk 1; };",
        "nixosConfigurations.web01.config = 1; nixosConfigurations.¦",
        "colmena = { web01 = { }; }; deploy.nodes.¦",
        "a = { nixosConfigurations.web01 = 1; }; nixosConfigurations = { ¦ };"
      })
  void nameThatAnotherSetBinds_orThatIsBeingWritten_isOffered(String outputs) {
    assertThat(offered(outputs)).contains("web01");
  }

  @Test
  void hostsOfTheOtherOutput_areNotOffered() {
    assertThat(offered("darwinConfigurations = { ¦ };")).containsExactly("mac");
    assertThat(offered("nixosConfigurations.¦")).containsExactly("web01", "web02");
    assertThat(offered("homeConfigurations = { alice = 1; ¦ };")).isEmpty();
  }

  @Test
  void memberOfATag_isNoTag() {
    assertThat(
            offered(
                "clan.inventory = { tags.foo = [ \"m1\" ]; tags.bar = [ \"m2\" ]; machines.a.tags = [ \"¦\" ]; };"))
        .containsExactly("bar", "foo");
    assertThat(
            offered(
                "clan.inventory = { tags = { foo = [ \"m1\" ]; }; machines.a.tags = [ \"¦\" ]; };"))
        .containsExactly("foo");
    assertThat(
            offered("clan.inventory = { tags = { foo = [ ]; ¦ }; machines.a.tags = [ \"b\" ]; };"))
        .containsExactly("b");
  }

  @Test
  void accountsOfAllFiles_areOffered() {
    flake.file("hosts/a.nix", "{ users.users.carol = { }; home-manager.users.\"ed.f\" = { }; }");
    assertThat(offered("m = { imports = [ ./hosts/a.nix ]; users.users.¦ };"))
        .containsExactly("alice", "carol", "ed.f");
  }
}
