package dev.arda.lsp.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** However little of a text is there, and wherever a cursor is in it, there is an answer. */
class PrefixesTest {

  private static final List<String> TEXTS =
      List.of(
          """
          { inputs.nixpkgs.url = "github:o/r";
            outputs = { self, nixpkgs, ... }@inputs: {
              nixosConfigurations."a.b" = nixpkgs.lib.nixosSystem { modules = [ ./x.nix ]; };
              x = select self "nixosConfigurations.{a,?\\"b.c\\"}.*.d?e";
              y = ''.#"a.b" ''${z} ${self.nixosConfigurations.web01.config} arda eval 'hosts.*' '';
              z = self.nixosConfigurations.${name}."w\\"".config;
            };
          }
          """,
          """
          { outputs = args@{ self, lib ? self.x or null, ... }: rec {
              inherit (self.nixosConfigurations) web01 "a.b"; me = (self).nixosConfigurations.${"web01"};
              y = let a.b = self; inherit (a.b) nixosConfigurations; in nixosConfigurations.web01;
              z = if self ? x.y then with self; nixosConfigurations."a.b" else args.self.x;
              l = map (h: self.nixosConfigurations.${h}) [ "web01" "x" ] ++ genAttrs [ "a" ] (h: me.${h});
              m = lib.mapAttrs (n: v: v.config) me; "arda host update web01" = "arda build .#a --host web01";
            };
          }
          """,
          "x = \"nixosConfigurations.{,}{,a}..??.*?b\\\");");

  @Test
  void everyPlaceOfEveryPrefix_isAnswered() {
    var flake =
        new KnownFlake()
            .with("", "nixosConfigurations")
            .with("nixosConfigurations.", "a.b", "web01");
    for (var text : TEXTS) {
      for (int end = 0; end <= text.length(); end++) {
        var scope = flake.scope(text.substring(0, end));
        for (int offset = Math.max(0, end - 1); offset <= end; offset++) {
          int at = offset;
          Completer.at(scope, at)
              .ifPresent(found ->
                  assertThat(found.start())
                      .isLessThanOrEqualTo(at)
                      .isLessThanOrEqualTo(found.end()));
          Hovers.at(scope, at);
          Definitions.at(scope, at);
        }
        Faults.in(scope, java.nio.file.Path.of("/f/flake.nix"));
        Symbols.in(scope);
        Symbols.of(scope);
        InlayHints.in(scope, 0, end);
        References.at(scope, end).ifPresent(subject -> References.of(scope, subject));
        Deed.at(scope, end);
      }
      var whole = flake.scope(text);
      for (int offset = 0; offset <= text.length(); offset++) {
        Completer.at(whole, offset);
        Hovers.at(whole, offset);
      }
    }
  }
}
