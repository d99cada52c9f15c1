package dev.arda.nix.system.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.system.source.NixTokens.UnreadableException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is added to the text of a flake.nix, and taken out of it. */
class FlakeTextTest {

  private static final List<String> NIXOS = List.of("nixosConfigurations");

  private static final String PLAIN =
      """
      # nixosConfigurations = { no = 1; };
      {
        inputs.nixpkgs.url = github:NixOS/nixpkgs/nixos-unstable;
        outputs = { self, nixpkgs, ... }@inputs:
          let
            lib = nixpkgs.lib; # };
            text = "nixosConfigurations = { ${toString { a = 1; }.a} };";
            long = ''
              } ''${x} '''' ${if true then "}" else ''{''} {
            '';
          in
          with lib; {
            /* nixosConfigurations = {
            */
            nixosConfigurations = {
              web01 = nixosSystem {
                system = "x86_64-linux";
                modules = let x = ./hosts/web01; in [ x { networking.hostName = "web01"; } ];
              };

              "db.1" = nixosSystem { modules = [ ./hosts/db.1 ]; }; # the database
            };
            clan.core = rec { machines.web01.tags = [ "web" ]; machines.web01.description = "w"; };
          };
      }
      """;

  private static String plus(String text, String name) throws UnreadableException {
    return FlakeText.of(text).plus(NIXOS, name, "x").orElse("nowhere");
  }

  @Test
  void plus_setOfHosts_goesBehindTheLastOne() throws UnreadableException {
    var after = plus(PLAIN, "new");
    assertThat(after)
        .isEqualTo(PLAIN.replace("# the database\n", "# the database\n        new = x;\n"));
    assertThat(FlakeText.of(after).minus("new").text()).isEqualTo(PLAIN);
    assertThat(FlakeText.of(PLAIN).neighbours(NIXOS))
        .extracting(FlakeText.Neighbour::name)
        .containsExactly("web01", "db.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ outputs = _: { nixosConfigurations = { }; }; } | { nixosConfigurations = {\n  new = x;\n}; }",
        "{ outputs = _: { nixosConfigurations = { a = 1; }; }; } | { nixosConfigurations = { a = 1; new = x; }; }",
        "{ outputs = _: { nixosConfigurations = rec {a=1;} // b; }; } | { nixosConfigurations = rec {a=1; new = x;} // b; }",
        "{ outputs = _: { flake.nixosConfigurations.a = 1; }; } | { flake.nixosConfigurations.a = 1; flake.nixosConfigurations.new = x; }",
        "{ outputs = i: mk { inherit i; } { flake = { nixosConfigurations.a = f { }; }; }; } | nixosConfigurations.new = x; }",
        "{ outputs = _: let nixosConfigurations = { a = 1; }; in { inherit nixosConfigurations; }; } | { a = 1; new = x; }",
      })
  void plus_otherForms(String example) throws UnreadableException {
    int bar = example.indexOf(" | ");
    var before = example.substring(0, bar);
    assertThat(plus(before, "new")).contains(example.substring(bar + 3));
    assertThat(FlakeText.of(plus(before, "new")).minus("new").cuts()).hasSize(1);
  }

  @Test
  void linesThatEndAsOnWindows_stayThat() throws UnreadableException {
    var before = PLAIN.replace("\n", "\r\n");
    var after = plus(before, "new");
    assertThat(after)
        .isEqualTo(before.replace("# the database\r\n", "# the database\r\n        new = x;\r\n"));
    assertThat(FlakeText.of(after).minus("new").text()).isEqualTo(before);
    assertThat(plus("{ nixosConfigurations = { };\r\n}", "new"))
        .isEqualTo("{ nixosConfigurations = {\r\n  new = x;\r\n};\r\n}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ nixosConfigurations = {| inherit a b; }; }",
        "{\n  nixosConfigurations = {|\n    inherit (x) a;\n  };\n}",
        "{\r\n  nixosConfigurations = {| # all\r\n    inherit a;\r\n  };\r\n}",
      })
  void aSetThatInherits_isAsBeforeAfterwards(String example) throws UnreadableException {
    var before = example.replace("|", "");
    var entry = example.contains("|\n") ? "\n    new = x;" : " new = x;";
    assertThat(plus(before, "new")).isEqualTo(example.replace("|", entry));
    assertThat(FlakeText.of(plus(before, "new")).minus("new").text()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ outputs = _: { nixosConfigurations = builtins.mapAttrs f hosts; }; }",
        "{ outputs = _: { nixosConfigurations = f { a = 1; }; }; }",
        "{ outputs = _: let nixosConfigurations = { a = 1; }; in { nixosConfigurations = { b = 1; }; }; }",
        "{ outputs = _: { x.nixosConfigurations = { a = 1; }; y.nixosConfigurations = { b = 1; }; }; }",
        "{ outputs = _: { checks.x86_64-linux.nixosConfigurations = { a = 1; }; }; }",
        "{ outputs = { nixosConfigurations ? { a = 1; } }: { }; }",
        "{ outputs = _: [ \"nixosConfigurations = { }\" ]; }"
      })
  void plus_noPlaceOrSeveral_isNowhere(String text) throws UnreadableException {
    assertThat(plus(text, "new")).isEqualTo("nowhere");
  }

  @Test
  void minus_takesEveryEntryOfTheHostAndNothingElse() throws UnreadableException {
    var shorter = FlakeText.of(PLAIN).minus("web01");
    assertThat(shorter.cuts()).extracting(FlakeText.Cut::line).containsExactly(16, 23, 23);
    assertThat(shorter.text())
        .contains("text = \"nixosConfigurations", "\"db.1\" = nixosSystem", "clan.core = rec { };")
        .doesNotContain("web01");
    assertThat(FlakeText.of(PLAIN).minus("db.1").text())
        .isEqualTo(
            PLAIN.replace(
                "        \"db.1\" = nixosSystem { modules = [ ./hosts/db.1 ]; }; # the database\n",
                ""));
    assertThat(FlakeText.of(PLAIN).minus("db.1").blanked())
        .hasSameSizeAs(PLAIN)
        .hasLineCount(Math.toIntExact(PLAIN.lines().count()))
        .doesNotContain("db.1", "the database");
    assertThat(FlakeText.of(PLAIN).minus("web0").cuts()).isEmpty();
  }

  @Test
  void placesThatAreNotTheFlakes_areLeft() throws UnreadableException {
    var text =
        "{ outputs = _: { checks.x86_64-linux = { nixosConfigurations = { web01 = 1; }; };"
            + " nixosConfigurations = { web01 = 1; }; old.nixosConfigurations.web01 = 1; }; }";
    var shorter =
        text.replace("nixosConfigurations = { web01 = 1; }; old", "nixosConfigurations = { }; old");
    assertThat(FlakeText.of(text).minus("web01").text()).isEqualTo(shorter);
    assertThat(plus(text, "new"))
        .isEqualTo(text.replace("web01 = 1; }; old", "web01 = 1; new = x; }; old"));
    var alone = "{ outputs = _: let x = { nixosConfigurations = { web01 = 1; }; }; in x; }";
    assertThat(FlakeText.of(alone).minus("web01").cuts()).hasSize(1);
    var checks = "{ outputs = _: { checks.a.nixosConfigurations.web01 = 1; }; }";
    assertThat(FlakeText.of(checks).minus("web01").cuts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{", "{ a = \"x; }", "{ a = ''x; }", "{ a }", "{ a = ( ]; }", "{ a = 1 }", "} {"})
  void of_brokenText_isUnreadable(String text) {
    assertThatThrownBy(() -> FlakeText.of(text)).isInstanceOf(UnreadableException.class);
  }

  @Test
  void renamed_changesWholeNamesOnly() throws UnreadableException {
    assertThat(
            NixText.renamed(
                "mk \"web01\" ./hosts/web01.nix web01 web01x \"a-web01\" # web01", "web01", "b.1"))
        .isEqualTo("mk \"b.1\" ./hosts/b.1.nix \"b.1\" web01x \"a-web01\" # web01");
  }

  @Test
  void strings_areEscaped() {
    assertThat(NixText.string("a\"b\\${c}")).isEqualTo("\"a\\\"b\\\\\\${c}\"");
    assertThat(NixText.attribute("let")).isEqualTo("\"let\"");
    assertThat(NixText.attribute("web-1")).isEqualTo("web-1");
  }
}
