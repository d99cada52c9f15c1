package dev.arda.lsp.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys are offered where the text ends with the cursor: nothing has been written behind it yet. */
class EndOfTextTest {

  private final KnownFlake flake =
      new KnownFlake()
          .with("", "nixosConfigurations", "homeConfigurations")
          .with("nixosConfigurations.", "web01", "web02")
          .with("homeConfigurations.", "web02");

  private List<String> offered(String path, String text) {
    return Completer.at(flake.scope(path, text), text.length())
        .map(found -> found.items().stream().map(Completion.Item::name).toList())
        .orElse(List.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deploy.nodes = {",
        "deploy.nodes = { ",
        "deploy.nodes = {\n  ",
        "deploy.nodes = { # hosts\n",
        "deploy.nodes = { web01 = { }; ",
        "deploy.nodes = { web01 = { };",
        "deploy.nodes = rec {",
        "deploy.nodes = lib.mapAttrs f {",
        "deploy.nodes = x // {",
        "deploy = { nodes = { ",
        "nixosConfigurations = {",
        "colmena = {\n ",
        "home-manager.users = { ",
        "users = { users = { ",
        "homeConfigurations = {",
        "homeConfigurations = let a = 1; in {"
      })
  void key_isOffered(String outputs) {
    assertThat(offered("flake.nix", "{ outputs = { self }: { " + outputs)).contains("web02");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ inventory.machines = {\n    ",
        "{ inventory.instances.a.roles.x.machines = {\n  ",
        "{ machines = {"
      })
  void key_inClan_isOffered(String text) {
    assertThat(offered("clan.nix", text)).contains("web02");
  }

  @ParameterizedTest
  @ValueSource(strings = {"deploy.nodes = f { ", "deploy.nodes = { ${ "})
  void placeThatIsNoKey_hasNone(String outputs) {
    assertThat(offered("flake.nix", "{ outputs = { self }: { " + outputs)).isEmpty();
  }
}
