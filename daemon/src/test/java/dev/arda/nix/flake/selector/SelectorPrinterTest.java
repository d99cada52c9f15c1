package dev.arda.nix.flake.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SelectorPrinterTest {

  /** What the language server writes is held to the same file, by its {@code SelectorsTest}. */
  @ParameterizedTest
  @MethodSource("names")
  void print_name_isQuotedOrEscapedWhereNeeded(JsonNode row) {
    var name = row.get("name").asText();
    assertThat(SelectorPrinter.print(Selector.path(name))).isEqualTo(row.get("step").asText());
    assertThat(SelectorPrinter.print(Selector.of(new Step.Maybe(name))))
        .isEqualTo(row.get("optional").asText());
    assertThat(SelectorPrinter.print(Selector.of(set(new Step.Entry(name, false)))))
        .isEqualTo(row.get("entry").asText());
    assertThat(SelectorPrinter.print(Selector.of(set(new Step.Entry(name, true)))))
        .isEqualTo(row.get("optionalEntry").asText());
  }

  static List<JsonNode> names() throws IOException {
    try (var in = SelectorPrinterTest.class.getResourceAsStream("selector-names.json")) {
      var rows = new ArrayList<JsonNode>();
      new ObjectMapper().readTree(Objects.requireNonNull(in)).forEach(rows::add);
      return rows;
    }
  }

  @Test
  void print_steps_areJoinedByDots() {
    assertThat(SelectorPrinter.print(Selector.ROOT)).isEmpty();
    assertThat(Selector.path("", "", "")).hasToString("\"\".\"\".\"\"");
    assertThat(
            Selector.path("a")
                .plus(new Step.All())
                .plus(set(new Step.Entry("b", false), new Step.Entry("", true)))
                .plus(set())
                .plus(new Step.Maybe("")))
        .hasToString("a.*.{b,?}.{}.?");
  }

  @Test
  void print_generatedSelectors_areReadBackAsEqual() {
    var generator = SelectorGenerator.seeded("print and parse");
    for (int i = 0; i < 100_000; i++) {
      Selector selector = generator.selector();
      String text = SelectorPrinter.print(selector);
      ParsedSelector parsed = SelectorParser.parse(text);

      assertThat(parsed.selector()).describedAs(text).isEqualTo(selector);
      assertThat(parsed.warnings()).describedAs(text).isEmpty();
      assertThat(SelectorPrinter.print(parsed.selector())).isEqualTo(text);
    }
  }

  @Test
  void print_everyCharacterInEveryPlace_isReadBackAsEqual() {
    var names = new ArrayList<String>();
    for (int point = 0; point < 0x300; point++) {
      String c = Character.toString(point);
      Collections.addAll(names, c, c + c, c + "a", "a" + c, "a" + c + "a", "\"" + c, "?" + c);
    }
    for (String name : names) {
      var entry = new Step.Entry(name, false);
      var maybe = new Step.Entry(name, true);
      for (Step step : List.of(new Step.Name(name), new Step.Maybe(name), set(entry, maybe))) {
        Selector selector = Selector.of(step, new Step.Name("z"), step);
        assertThat(SelectorParser.parse(selector.toString()).selector())
            .describedAs(selector.toString())
            .isEqualTo(selector);
      }
    }
  }

  @Test
  void selector_thatCouldNotBeWritten_cannotBeConstructed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Step.Entry("outPath", true))
        .withMessageContaining("outPath");
    for (String half : List.of("\ud800", "a\udc00", "\udc00\ud800")) {
      assertThatIllegalArgumentException().isThrownBy(() -> new Step.Name(half));
      assertThatIllegalArgumentException().isThrownBy(() -> new Step.Maybe(half));
      assertThatIllegalArgumentException().isThrownBy(() -> new Step.Entry(half, false));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Selector.path(".".repeat(Selector.MAX_LENGTH - 1)))
        .withMessageContaining("65537");
    assertThat(Selector.path(".".repeat(Selector.MAX_LENGTH - 2)).toString())
        .hasSize(Selector.MAX_LENGTH);
  }

  @Test
  void selector_doesNotChangeWithTheListsItWasMadeOf() {
    var entries = new ArrayList<>(List.of(new Step.Entry("a", false)));
    var steps = new ArrayList<Step>(List.of(new Step.Names(entries)));
    var selector = new Selector(steps);
    entries.clear();
    steps.clear();

    assertThat(selector).hasToString("{a}");
  }

  private static Step.Names set(Step.Entry... entries) {
    return new Step.Names(List.of(entries));
  }
}
