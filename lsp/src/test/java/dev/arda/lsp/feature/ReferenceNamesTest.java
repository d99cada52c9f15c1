package dev.arda.lsp.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A name that Nix would read as another behind a {@code #} is not written there. */
class ReferenceNamesTest {

  private final KnownFlake flake =
      new KnownFlake()
          .with("", "nixosConfigurations")
          .with(
              "nixosConfigurations.",
              "a b",
              "web01",
              "50%25x",
              "^caret",
              "h#x",
              "q?y",
              "a\"b",
              "é🐣");

  private List<String> offered(String string) {
    var marked = "{ outputs = _: { x = \"" + string + "\"; }; }";
    return Completer.at(flake.scope(marked.replace("¦", "")), marked.indexOf('¦'))
        .map(found -> found.items().stream().map(Completion.Item::name).toList())
        .orElse(List.of());
  }

  @Test
  void nameThatIsDecoded_isNotOffered() {
    for (var place : List.of(".#¦", ".#nixosConfigurations.¦", "nixos-rebuild --flake .#¦")) {
      assertThat(offered(place))
          .as(place)
          .contains("a b", "web01", "h#x", "q?y", "a\"b", "é🐣")
          .doesNotContain("50%25x", "^caret");
    }
  }

  @Test
  void nameThatAUrlCannotHave_isNotOfferedInOne() {
    for (var place :
        List.of("path:.#nixosConfigurations.¦", "git+file:.#¦", "nix build 'path:.#¦'")) {
      assertThat(offered(place))
          .as(place)
          .contains("a b", "web01")
          .doesNotContain("50%25x", "^caret", "h#x", "q?y", "a\\\"b", "é🐣");
    }
  }

  @Test
  void selector_takesAnyName() {
    assertThat(offered("nixosConfigurations.¦"))
        .contains("a b", "web01", "50%25x", "^caret", "h#x", "q?y", "é🐣");
  }

  @Test
  void referenceThatIsDecoded_isNoFault() {
    var text =
        "{ outputs = { self }: { x = \".#nixosConfigurations.\\\"50%%2525x\\\".v\"; y = \"%s\"; }; }";
    assertThat(faults(text.formatted(".#web01"))).isEmpty();
    assertThat(faults(text.formatted(".#web0"))).hasSize(1);
  }

  private List<String> faults(String text) {
    return Faults.in(flake.scope(text), java.nio.file.Path.of("/f/flake.nix")).faults().stream()
        .map(Fault::message)
        .toList();
  }

  @Test
  void renaming_isRefusedWhereAReferenceCannotHaveTheName() {
    assertThat(renaming(".#nixosConfigurations.web.v", "30%25x"))
        .contains("that name cannot be written in flake.nix:2");
    assertThat(renaming("path:.#nixosConfigurations.web.v", "ö"))
        .contains("that name cannot be written in flake.nix:2");
    assertThat(renaming(".#web", "^a")).contains("that name cannot be written in flake.nix:2");
    assertThat(renaming(".#nixosConfigurations.web.v", "ö")).isEmpty();
    assertThat(renaming("nixosConfigurations.web.v", "30%25x")).isEmpty();
    assertThat(renaming("path:.#nixosConfigurations.web.v", "b.1")).isEmpty();
  }

  private static java.util.Optional<String> renaming(String string, String name) {
    var text =
        "{ outputs = { self }: { nixosConfigurations.web = { v = 1; };\nx = \""
            + string
            + "\"; }; }";
    var scope = new KnownFlake().scope(text);
    var subject = References.at(scope, text.indexOf("web")).orElseThrow();
    return Renaming.of(scope, subject, name).refusal();
  }
}
