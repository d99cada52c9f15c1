package dev.arda.nix.flake.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.flake.cache.ReferenceEvaluator.Outcome;
import dev.arda.nix.flake.eval.Answer;
import dev.arda.nix.flake.eval.AnswerReader;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.SelectorJson;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.ValueEncoding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The model that the cache is checked against says what Nix says, of random values and selectors.
 * So the properties that the cache has against the model, it has against Nix.
 */
class ReferenceEvaluatorTest {

  /** Values in one Nix process, each asked several selectors. */
  private static final int VALUES = 400;

  private static final int SELECTORS = 8;

  private record Case(NixValue root, Selector selector, Outcome expected) {}

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void evaluate_randomQuestions_saysWhatNixSays(Path nix) throws IOException {
    long seed = Long.getLong("arda.test.seed", new Random().nextLong());
    System.out.println("seed " + seed);
    for (ValueEncoding encoding : ValueEncoding.values()) {
      var cases = new ArrayList<Case>();
      String expression = expression(new RandomQuestions(new Random(seed)), encoding, cases);
      byte[] output;
      try (var sandbox = NixSandbox.create(nix)) {
        Path file = sandbox.write("questions.nix", expression);
        String json =
            sandbox.run(
                sandbox.work(),
                nix.toString(),
                "eval",
                "--impure",
                "--json",
                "-f",
                file.toString());
        output = json.getBytes(StandardCharsets.UTF_8);
      }
      List<Answer> answers = AnswerReader.read(output, cases.size(), encoding);

      int values = 0;
      for (int i = 0; i < cases.size(); i++) {
        Outcome actual =
            switch (answers.get(i)) {
              case Answer.Value value -> {
                values++;
                yield new Outcome.Value(new String(value.json(), StandardCharsets.UTF_8));
              }
              case Answer.Mismatched(var mismatch) -> new Outcome.Mismatched(mismatch);
              case Answer.Failed failed -> new Outcome.Failed();
              case Answer.Names names -> throw new AssertionError("nobody asked for names");
              case Answer.Collapsed collapsed -> throw new AssertionError("nobody asked to learn");
            };
        Case one = cases.get(i);
        assertThat(one.expected())
            .as("seed %d: %s (%s) of %s", seed, one.selector(), encoding, one.root())
            .isEqualTo(actual);
        if (encoding == ValueEncoding.TYPED && actual instanceof Outcome.Value(String json)) {
          assertThat(Lesson.value(json).toString()).isEqualTo(json);
        }
      }
      System.out.printf("%s: %d questions, %d values%n", encoding, cases.size(), values);
      assertThat(values).isGreaterThan(VALUES);
    }
  }

  /** Asks everything in one expression, whose value is the list of all answers. */
  private static String expression(RandomQuestions random, ValueEncoding encoding, List<Case> cases)
      throws IOException {
    var text = new StringBuilder("let ask = ").append(answerNix()).append(";\n");
    text.append("in builtins.concatLists [\n");
    for (int i = 0; i < VALUES; i++) {
      NixValue root = withoutVersions(random.root());
      var questions = new ArrayList<String>();
      for (int j = 0; j < SELECTORS; j++) {
        Selector selector = random.selector(root);
        Outcome expected = ReferenceEvaluator.evaluate(root, selector, encoding);
        // What cannot be shown as a string is an error that nothing catches.
        boolean showing = (root + " " + selector).contains("__toString");
        if (expected instanceof Outcome.Failed && (showing || endsTheProcess(root))) {
          continue;
        }
        cases.add(new Case(root, selector, expected));
        questions.add("{\"ask\":\"value\",\"steps\":" + SelectorJson.write(selector) + "}");
      }
      text.append("(ask { typed = ").append(encoding == ValueEncoding.TYPED);
      text.append("; guard = true; realise = false; root = ").append(nix(root)).append("; }\n");
      text.append("(builtins.fromJSON ").append(nix(questions.toString())).append("))\n");
    }
    return text.append("]\n").toString();
  }

  private static String answerNix() throws IOException {
    try (InputStream in = AnswerReader.class.getResourceAsStream("answer.nix")) {
      return "(\n"
          + new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          + ")";
    }
  }

  /** Numbers that every Nix prints alike. */
  private static NixValue withoutVersions(NixValue value) {
    return switch (value) {
      case NixValue.Plain(String json, String type) when type.equals("float") ->
          NixValue.real("1.5");
      case NixValue.Plain(String json, String type) when json.length() > 18 ->
          NixValue.integer(12345678901234567L);
      case NixValue.Items(List<NixValue> values) ->
          new NixValue.Items(values.stream().map(v -> withoutVersions(v)).toList());
      case NixValue.Attrs(SortedMap<String, NixValue> values) ->
          NixValue.Attrs.of(
              values.entrySet().stream()
                  .collect(
                      Collectors.toMap(Map.Entry::getKey, e -> withoutVersions(e.getValue()))));
      default -> value;
    };
  }

  /** Whether a failure could be one that Nix does not catch. */
  private static boolean endsTheProcess(NixValue value) {
    return switch (value) {
      case NixValue.Aborts aborts -> true;
      case NixValue.Items(List<NixValue> values) ->
          values.stream().anyMatch(ReferenceEvaluatorTest::endsTheProcess);
      case NixValue.Attrs(SortedMap<String, NixValue> values) ->
          values.values().stream().anyMatch(ReferenceEvaluatorTest::endsTheProcess);
      default -> false;
    };
  }

  private static String nix(NixValue value) {
    return switch (value) {
      case NixValue.Plain(String json, String type) -> "(" + json + ")";
      case NixValue.Text(String text) -> nix(text);
      case NixValue.FilePath(String text) -> text;
      case NixValue.Infinite() -> "(1.0e308 * 10)";
      case NixValue.Function() -> "(x: x)";
      case NixValue.Shows(String name) -> "(self: self." + nix(name) + ")";
      case NixValue.Throws() -> "(throw \"t\")";
      case NixValue.Aborts() -> "(abort \"a\")";
      case NixValue.Items(List<NixValue> values) ->
          values.stream()
              .map(ReferenceEvaluatorTest::nix)
              .collect(Collectors.joining(" ", "[ ", " ]"));
      case NixValue.Attrs(SortedMap<String, NixValue> values) ->
          values.entrySet().stream()
              .map(entry -> nix(entry.getKey()) + " = " + nix(entry.getValue()) + "; ")
              .collect(Collectors.joining("", "{ ", "}"));
    };
  }

  private static String nix(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("$", "\\$") + '"';
  }
}
