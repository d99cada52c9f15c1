package dev.arda.nix.flake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.flake.selector.SelectorVectors;
import dev.arda.nix.flake.selector.SelectorVectors.EvalOutcome;
import dev.arda.nix.flake.selector.SelectorVectors.EvalRow;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.ValueEncoding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The verified evaluation vectors, through arda's own pipeline, on each Nix. */
class EvaluationVectorsTest {

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_everyVector_givesWhatItSays(Path nix) {
    SelectorVectors vectors = SelectorVectors.load();
    assertThat(vectors.eval()).hasSize(191);
    try (var sandbox = NixSandbox.create(nix)) {
      String version = version(sandbox);
      // The fixture is an output, since the root of a flake has attributes of its own.
      sandbox.write("v/flake.nix", "{ outputs = { self }: { v = " + vectors.fixture() + "; }; }");
      // One of its values is a path outside of the flake.
      var impure =
          new NixOptions(
              List.of(), List.of(), true, false, false, false, Optional.empty(), false, false);
      var selectors =
          vectors.eval().stream()
              .map(row -> row.selector().isEmpty() ? "v" : "v." + row.selector())
              .toList();
      var listener = new RecordingListener();

      TestFlakes.create()
          .select(
              sandbox.context(sandbox.work().resolve("v"), impure),
              new SelectionRequest("", selectors, false, ValueEncoding.JSON),
              listener);

      var wrong = new ArrayList<String>();
      for (int i = 0; i < vectors.eval().size(); i++) {
        EvalRow row = vectors.eval().get(i);
        EvalOutcome expected = row.expected(version);
        boolean right =
            switch (expected) {
              case EvalOutcome.Value value -> value.json().equals(listener.values.get(i));
              case EvalOutcome.Fails fails ->
                  listener.failures.containsKey(i) && fits(fails.words(), listener.failures.get(i));
            };
        if (!right) {
          wrong.add(row + ": expected " + expected + ", got " + listener.outcome(i));
        }
      }
      assertThat(wrong).as("vectors that differ on Nix %s", version).isEmpty();
    }
  }

  /** Whether a failure says the same as the words of a vector, which are Nix's. */
  private static boolean fits(String words, NixException failure) {
    Set<Reason> reasons;
    String part = "";
    if (words.startsWith("attribute '")) {
      reasons = Set.of(Reason.ATTRIBUTE_MISSING);
      part = words.contains("\"") ? "missing" : words.replace(" for call to 'getAttr'", "");
    } else if (words.startsWith("unexpected type ")) {
      reasons = Set.of(Reason.WRONG_TYPE);
      part = words;
    } else if (words.startsWith("maybe type not supported")) {
      reasons = Set.of(Reason.WRONG_TYPE);
    } else if (words.contains("'builtins.elemAt' called")
        || words.startsWith("list index")
        || words.contains("outside of Nix integer range")) {
      reasons = Set.of(Reason.INDEX_OUT_OF_RANGE);
    } else if (words.contains("parse error") || words.endsWith(" to int")) {
      reasons =
          words.contains("18446744073709551616")
              ? Set.of(Reason.INDEX_OUT_OF_RANGE)
              : Set.of(Reason.INDEX_INVALID);
    } else if (words.startsWith("cannot convert a")
        || words.startsWith("cannot convert the built-in function")) {
      reasons = Set.of(Reason.VALUE_NOT_SERIALISABLE);
    } else if (words.startsWith("stack overflow")) {
      reasons = Set.of(Reason.EVALUATION_RECURSION);
    } else if (words.matches("[A-Z_]+")) {
      reasons = Set.of(Reason.valueOf(words));
    } else {
      reasons = Set.of(Reason.EVALUATION_FAILED);
      part = words;
    }
    return reasons.contains(failure.reason()) && failure.getMessage().contains(part);
  }

  private static String version(NixSandbox sandbox) {
    String version = sandbox.run(sandbox.work(), sandbox.nix().toString(), "--version");
    if (version.contains(" 2.8.")) {
      return "2.8";
    }
    return version.contains(" 2.26.") ? "2.26" : "2.34";
  }
}
