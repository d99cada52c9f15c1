package dev.arda.lsp.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing that is asked at any place of an unfinished text fails. */
class EveryPlaceTest {

  /** What is being written. */
  private static final List<String> BEGUN =
      List.of(
          ".#",
          "#",
          ".#^",
          ".#^out",
          "path:.#",
          "path:#",
          "./.#",
          ".#a.",
          ".#a..b",
          ".#\"a",
          ".#\\\"a",
          ".#'",
          ".#{a,",
          ".#web01^",
          "nix build .#",
          "nixos-rebuild --flake .#",
          "nixos-rebuild --flake '.#",
          "nixos-rebuild --flake \\\".#",
          "arda eval",
          "arda eval ",
          "arda eval '",
          "arda eval a.",
          "arda eval a.{b,",
          "arda eval a.\\\\",
          "arda build ",
          "arda host update",
          "arda host update ",
          "arda host update 'a",
          "arda host update @",
          "arda host update !",
          "arda host update --host=",
          "arda host update $",
          "arda user apply a@",
          "clan machines update ",
          "nixosConfigurations.",
          "nixosConfigurations.{",
          "nixosConfigurations.?",
          "nixosConfigurations.*");

  /** Where it is written, at {@code %s}: the end of a line, of a string, of the file. */
  private static final List<String> AROUND =
      List.of(
          "{ outputs = { self }: { x = \"%s\"; }; }",
          "{ outputs = { self }: { x = \"%s\n\"; }; }",
          "{ outputs = { self }: { x = \"a\n%s\r\nb\"; }; }",
          "{ outputs = { self }: { x = ''%s''; }; }",
          "{ outputs = { self }: { x = ''\n  %s\n''; }; }",
          "{ outputs = { self }: { x = ''\n  %s''${x}\n''; }; }",
          "{ outputs = { self }: { x = ''\n  %s${x}\r\n''; }; }",
          "{ outputs = { self }: { x = ''\n\n%s \n\n''; }; }",
          "{ outputs = { self }: { x = self.lib.select self \"%s\"; }; }",
          "{ outputs = { self }: { x = map (h: self.nixosConfigurations.${h}) [ \"%s\" ]; }; }",
          "{ outputs = { self }: { nixosConfigurations.\"%s\".a = 1; }; }",
          "{ outputs = { self }: { x = self.\"%s\"; }; }",
          "{ outputs = { self }: { x = ''\n  %s",
          "{ outputs = { self }: { x = \"%s",
          "\"%s",
          "''%s");

  private final KnownFlake flake =
      new KnownFlake()
          .with("", "nixosConfigurations", "homeConfigurations", "packages")
          .with("nixosConfigurations.", "web01", "a", "it's", "a.b")
          .with("homeConfigurations.", "alice@web01", "bob");

  static List<String> texts() {
    var result = new ArrayList<String>();
    for (var around : AROUND) {
      for (var begun : BEGUN) {
        result.add(around.replace("%s", begun));
      }
    }
    return result;
  }

  @ParameterizedTest
  @MethodSource("texts")
  void everyPlaceOfAnUnfinishedText_isAnswered(String text) {
    var scope = flake.scope(text);
    for (int offset = 0; offset <= text.length(); offset++) {
      int place = offset;
      assertThatCode(() -> ask(scope, place))
          .as("at %d of %s", place, text)
          .doesNotThrowAnyException();
    }
    assertThatCode(() -> Faults.in(scope, Path.of("/f/flake.nix"))).doesNotThrowAnyException();
    assertThatCode(() -> Deed.in(scope)).doesNotThrowAnyException();
    assertThatCode(() -> InlayHints.in(scope, 0, text.length())).doesNotThrowAnyException();
  }

  private static void ask(Scope scope, int offset) {
    Completer.at(scope, offset);
    Hovers.at(scope, offset);
    Definitions.at(scope, offset);
    Deed.at(scope, offset);
    References.at(scope, offset).ifPresent(subject -> References.of(scope, subject));
  }

  @Test
  void aReferenceThatBeginsAtTheEndOfALine_isCompleted() {
    var text = "{ outputs = { self }: { x = ''\n  nix build .#\n''; }; }";
    var offered = Completer.at(flake.scope(text), text.indexOf('#') + 1).orElseThrow();
    assertThat(offered.items()).extracting(Completion.Item::name).contains("web01", "packages");
    assertThat(offered.start()).isEqualTo(text.indexOf('#') + 1);
    assertThat(offered.end()).isEqualTo(offered.start());
  }
}
