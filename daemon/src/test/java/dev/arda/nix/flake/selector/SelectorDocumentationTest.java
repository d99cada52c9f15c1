package dev.arda.nix.flake.selector;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.arda.nix.flake.selector.SelectorVectors.EvalOutcome;
import dev.arda.nix.flake.selector.SelectorVectors.EvalRow;
import dev.arda.nix.types.FlakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Checks the examples of {@code docs/selectors.md} by the language of their fences. */
class SelectorDocumentationTest {

  private static final Path PAGE = Path.of("..", "docs", "selectors.md");

  @Test
  void selectorExamples_parseAndPrintAsStated() throws IOException {
    List<Example> examples = examples("selector");

    assertThat(examples).hasSizeGreaterThan(40);
    assertThat(examples)
        .allSatisfy(example ->
            assertThat(SelectorParser.parse(example.left()).selector())
                .hasToString(example.right()));
  }

  /** The vectors were verified by running Nix, and are run again where evaluators are tested. */
  @Test
  void answerExamples_areVerifiedVectors() throws IOException {
    Map<String, EvalRow> rows =
        SelectorVectors.load().eval().stream()
            .collect(Collectors.toMap(EvalRow::selector, Function.identity()));
    List<Example> examples = examples("answer");

    assertThat(examples).hasSizeGreaterThan(25);
    assertThat(examples)
        .allSatisfy(example -> {
          assertThat(rows).containsKey(example.left());
          for (String version : List.of("2.34", "2.26", "2.8")) {
            String answer =
                switch (requireNonNull(rows.get(example.left())).expected(version)) {
                  case EvalOutcome.Value(String json) -> json;
                  case EvalOutcome.Fails(var _) -> "error";
                };
            assertThat(answer).isEqualTo(example.right());
          }
        });
  }

  @Test
  void outputsThatAnswersCameFrom_arePartOfTheFixture() throws IOException {
    String fixture = SelectorVectors.load().fixture();

    assertThat(blocks("nix")).hasSize(1);
    assertThat(blocks("nix").getFirst()).allSatisfy(line -> assertThat(fixture).contains(line));
  }

  @Test
  void faultExamples_pointAndReadAsStated() throws IOException {
    List<List<String>> blocks = blocks("fault");

    assertThat(blocks).hasSizeGreaterThan(6);
    assertThat(blocks)
        .allSatisfy(block -> {
          assertThat(block).hasSize(3);
          FlakeException failure =
              catchThrowableOfType(
                  FlakeException.class, () -> SelectorParser.parse(block.getFirst()));
          var fault = failure.selectorFault().orElseThrow();
          assertThat(" ".repeat(fault.offset()) + "^".repeat(Math.max(1, fault.length())))
              .isEqualTo(block.get(1));
          assertThat(failure.getMessage())
              .isEqualTo(
                  "The selector `%s` is wrong at character %d: %s.",
                  block.getFirst(), fault.offset() + 1, block.get(2));
        });
  }

  @Test
  void habitExamples_giveTheFlakeAndTheSelector() throws IOException {
    List<Example> examples = examples("habit");

    assertThat(examples).hasSizeGreaterThan(3);
    assertThat(examples)
        .allSatisfy(example -> {
          var habit = InstallableHabit.recognise(example.left()).orElseThrow();
          assertThat(("--flake " + habit.flake() + "  " + habit.selector()).strip())
              .isEqualTo(example.right());
        });
  }

  @Test
  void jsonExample_isTheSelectorBelowIt() throws IOException {
    String json = blocks("json").getFirst().getFirst();

    assertThat(SelectorJson.read(json)).hasToString("d.{a,?z}.*");
    assertThat(SelectorJson.write(SelectorJson.read(json))).isEqualTo(json);
    assertThat(Files.readString(PAGE)).contains("This one is `d.{a,?z}.*`.");
  }

  private static List<Example> examples(String language) throws IOException {
    var examples = new ArrayList<Example>();
    for (List<String> block : blocks(language)) {
      for (String line : block) {
        String[] sides = line.split(" +=> ", -1);
        assertThat(sides).describedAs(line).hasSize(2);
        examples.add(new Example(sides[0], sides[1]));
      }
    }
    return examples;
  }

  private static List<List<String>> blocks(String language) throws IOException {
    var blocks = new ArrayList<List<String>>();
    List<String> block = new ArrayList<>();
    String open = "";
    for (String line : Files.readAllLines(PAGE)) {
      if (open.isEmpty() && line.startsWith("```")) {
        open = line;
        block = new ArrayList<>();
      } else if (line.equals("```")) {
        if (open.equals("```" + language)) {
          blocks.add(block);
        }
        open = "";
      } else if (!open.isEmpty()) {
        block.add(line);
      }
    }
    return blocks;
  }

  private record Example(String left, String right) {}
}
