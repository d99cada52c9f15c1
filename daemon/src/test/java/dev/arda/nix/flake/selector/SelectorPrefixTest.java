package dev.arda.nix.flake.selector;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorPrefixTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # text                  | parent              | partial | name    | completed
          ``                      | ``                  | ``      | a       | a
          ``                      | ``                  | ``      | a.b     | "a.b"
          nix                     | ``                  | nix     | nixosX  | nixosX
          nixosConfigurations.    | nixosConfigurations | ``      | web     | nixosConfigurations.web
          nixosConfigurations.web | nixosConfigurations | web     | web-1   | nixosConfigurations.web-1
          nixosConfigurations.we  | nixosConfigurations | we      | we.b    | nixosConfigurations."we.b"
          nixosConfigurations."a. | nixosConfigurations | a.      | a.b"c   | nixosConfigurations."a.b\\"c"
          x."we                   | x                   | we      | web     | x."web"
          x."a"b                  | x                   | ab      | abc     | x."abc"
          x."a                    | x                   | a       | a\\     | x."a\\\\"
          x.a\\.                  | x                   | a.      | a.b     | x."a.b"
          x.a\\                   | x                   | a       | a.b     | x."a.b"
          x.\\                    | x                   | ``      | *       | x."*"
          x."a\\                  | x                   | a       | a"b     | x."a\\"b"
          x.?                     | x                   | ``      | a.b     | x.?a\\.b
          x.?a                    | x                   | a       | a?      | x.?a\\?
          x.?a\\                  | x                   | a       | a.b     | x.?a\\.b
          x.??                    | x                   | ?       | ?q      | x.?\\?q
          x?                      | x                   | ``      | net     | x?net
          x?                      | x                   | ``      | ``      | x.?
          x?                      | x                   | ``      | "q      | x?\\"q
          x?n                     | x                   | n       | net     | x?net
          x.?a?b                  | x.?a                | b       | bc      | x.?a?bc
          x.{                     | x                   | ``      | b       | x.{b
          x.{a,b                  | x                   | b       | b.c     | x.{a,"b.c"
          x.{a,                   | x                   | ``      | b       | x.{a,b
          x.{a,"b.                | x                   | b.      | b.c     | x.{a,"b.c"
          x.{a,?                  | x                   | ``      | b       | x.{a,?b
          x.{a,?"b                | x                   | b       | b       | x.{a,?"b"
          x.{a,?b                 | x                   | b       | b,c     | x.{a,?"b,c"
          x.{a.b                  | x                   | a.b     | a.bc    | x.{"a.bc"
          x.{a\\                  | x                   | a       | a}      | x.{"a}"
          x.*.{a}.b               | x.*.{a}             | b       | bb      | x.*.{a}.bb
          é😀.😀                    | é😀                  | 😀       | 😀😀      | é😀.😀😀
          a..                     | a.""                | ``      | b       | a..b
          "x"                     | ``                  | x       | xy      | "xy"
          """)
  void complete_unfinishedSelector_replacesTheLastSegment(
      String text, String parent, String partial, String name, String completed) {
    SelectorPrefix prefix = SelectorPrefix.of(text).orElseThrow();

    assertThat(prefix.parent()).hasToString(parent);
    assertThat(prefix.partial()).isEqualTo(partial);
    assertThat(prefix.complete(name)).contains(completed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "a.*",
        "{a}",
        "a.{}",
        "*a",
        "{a}b",
        "?\"",
        "?\"a",
        "a?.",
        "{outPath,",
        "\ud83d"
      })
  void of_placeWhereNoNameCanFollow_isEmpty(String text) {
    assertThat(SelectorPrefix.of(text)).isEmpty();
  }

  @Test
  void of_textThatIsTooLong_isEmpty() {
    assertThat(SelectorPrefix.of("a".repeat(Selector.MAX_LENGTH))).isPresent();
    assertThat(SelectorPrefix.of("a".repeat(Selector.MAX_LENGTH + 1))).isEmpty();
    assertThat(SelectorPrefix.of(".".repeat(30_000))).isEmpty();
  }

  @Test
  void complete_nameThatCannotBeWrittenHere_isEmpty() {
    assertThat(SelectorPrefix.of("a.{o").orElseThrow().complete("outPath")).isEmpty();
    assertThat(SelectorPrefix.of("a.{?").orElseThrow().complete("outPath")).isEmpty();
    assertThat(SelectorPrefix.of("a.o").orElseThrow().complete("outPath")).contains("a.outPath");
    assertThat(SelectorPrefix.of("a.").orElseThrow().complete("\ud800")).isEmpty();
    assertThat(SelectorPrefix.of("a.").orElseThrow().complete("b".repeat(70_000))).isEmpty();
  }

  @Test
  void of_everyPrefixOfEveryVector_isCompletedToALegalSelector() {
    var generator = SelectorGenerator.seeded("prefixes of vectors");
    int contexts = 0;
    for (SelectorVectors.ParseRow row : SelectorVectors.load().parse()) {
      String input = row.input();
      byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
      for (int length = 0; length <= bytes.length; length++) {
        // A prefix that ends inside a character ends in a replacement character.
        contexts += check(new String(bytes, 0, length, StandardCharsets.UTF_8), generator);
      }
      for (int length = 0; length <= input.length(); length++) {
        check(input.substring(0, length), generator);
      }
    }
    assertThat(contexts).isGreaterThan(700);
  }

  @Test
  void of_arbitraryText_isCompletedToALegalSelector() {
    var generator = SelectorGenerator.seeded("arbitrary prefixes");
    int contexts = 0;
    for (int i = 0; i < 50_000; i++) {
      contexts += check(generator.text(10), generator);
    }
    assertThat(contexts).isGreaterThan(10_000);
  }

  /** Fills in a name and closes what is open; the result must name it below the parent. */
  private static int check(String text, SelectorGenerator generator) {
    Optional<SelectorPrefix> found = SelectorPrefix.of(text);
    if (found.isEmpty()) {
      return 0;
    }
    SelectorPrefix prefix = found.get();
    for (String name : List.of("plain", "", generator.name())) {
      Optional<String> completed = prefix.complete(name);
      if (completed.isEmpty()) {
        assertThat(prefix.inSet() && name.equals("outPath")).isTrue();
        continue;
      }
      String whole = completed.get() + (prefix.inSet() ? "}" : "");
      List<Step> steps = SelectorParser.parse(whole).selector().steps();

      assertThat(new Selector(steps.subList(0, steps.size() - 1)))
          .describedAs("%s completed to %s", text, whole)
          .isEqualTo(prefix.parent());
      String named =
          switch (steps.getLast()) {
            case Step.Name(String n) -> n;
            case Step.Maybe(String n) -> n;
            case Step.Names(List<Step.Entry> entries) -> entries.getLast().name();
            case Step.All() -> throw new AssertionError(whole);
          };
      assertThat(named).describedAs("%s completed to %s", text, whole).isEqualTo(name);
    }
    return 1;
  }
}
