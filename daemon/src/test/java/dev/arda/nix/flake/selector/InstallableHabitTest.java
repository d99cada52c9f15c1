package dev.arda.nix.flake.selector;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstallableHabitTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # pasted                              | flake                          | selector
          .#a.b                                 | .                              | a.b
          #a.b                                  | .                              | a.b
          .#                                    | .                              | ``
          .#packages."x y".z                    | .                              | packages."x y".z
          .#packages.x"y.z"                     | .                              | packages."xy.z"
          .#a."b\\c"                            | .                              | a."b\\\\c"
          .#a.""                                | .                              | a
          .#.a.b                                | .                              | a.b
          .#a."b                                | .                              | a.b
          .#a.%22b.c%22                         | .                              | a."b.c"
          .#a.b%                                | .                              | a."b%"
          ..#a                                  | ..                             | a
          ./sub#a                               | ./sub                          | a
          ../x y#a                              | ../x y                         | a
          ~/flake#a                             | ~/flake                        | a
          /path#x                               | /path                          | x
          .?dir=sub#x                           | .?dir=sub                      | x
          path:.#a                              | path:.                         | a
          path:/x?lastModified=1#a.b            | path:/x?lastModified=1         | a.b
          git+file:.#a.b                        | git+file:.                     | a.b
          git+file:///x/y?dir=z&ref=main#a.b    | git+file:///x/y?dir=z&ref=main | a.b
          github:owner/repo/branch#a            | github:owner/repo/branch       | a
          nixpkgs#hello                         | nixpkgs                        | hello
          nixpkgs/nixos-25.05#hello             | nixpkgs/nixos-25.05            | hello
          nixpkgs#hello^out,dev                 | nixpkgs                        | hello
          nixpkgs#hello^*                       | nixpkgs                        | hello
          .#nixosConfigurations.*.config.x      | .                              | nixosConfigurations.*.config.x
          .#hosts.{a,b}.?x                      | .                              | hosts.{a,b}.?x
          .                                     | .                              | ``
          ..                                    | ..                             | ``
          ./sub                                 | ./sub                          | ``
          ../sub                                | ../sub                         | ``
          /etc/nixos                            | /etc/nixos                     | ``
          .?dir=sub                             | .?dir=sub                      | ``
          github:owner/repo                     | github:owner/repo              | ``
          git+ssh://git@host/x.git              | git+ssh://git@host/x.git       | ``
          path:.                                | path:.                         | ``
          """)
  void recognise_installable_givesWhatWasMeant(String pasted, String flake, String selector) {
    assertThat(InstallableHabit.recognise(pasted)).contains(new InstallableHabit(flake, selector));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "nixpkgs",
        "a.b#c",
        "\"a#b\"",
        "\"nixpkgs#hello\"",
        "\".#a\"",
        "x.\"a#b\".c",
        "{a#b,c}",
        "{\".#a\"}",
        "*.a#b",
        "?a#b",
        "?\\.#a",
        "a\\#b",
        "\\.#a",
        "./\"x#y\"",
        ".a#b",
        "..a#b",
        ".?a",
        ".z",
        "...",
        "a.?b",
        "nixosConfigurations.web.config.x#y",
        "1#a",
        "a b#c",
        "x:y#z",
        "x:y",
        "é#a"
      })
  void recognise_selector_isLeftAlone(String selector) {
    assertThat(InstallableHabit.recognise(selector)).isEmpty();
  }

  @Test
  void recognise_everythingCanonical_isLeftAlone() {
    // Whoever really wants such an attribute can quote it, and the canonical form does.
    var generator = SelectorGenerator.seeded("habits");
    for (int i = 0; i < 50_000; i++) {
      String text = generator.selector().toString();
      assertThat(InstallableHabit.recognise(text)).describedAs(text).isEmpty();
    }
  }

  @Test
  void recognise_longText_takesLittleTime() {
    long start = System.nanoTime();
    for (String part : List.of("a", "/a", "%41", "^a,", "?a", ".", "#", "\"", ":")) {
      String many = part.repeat(60_000 / part.length());
      for (String text : List.of(many, ".#" + many, many + "#" + many, "a" + many + "#x")) {
        InstallableHabit.recognise(text)
            .ifPresent(habit -> assertThat(SelectorParser.parse(habit.selector())).isNotNull());
      }
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
  }
}
