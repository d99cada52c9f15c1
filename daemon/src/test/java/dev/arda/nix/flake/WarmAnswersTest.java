package dev.arda.nix.flake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.core.CallerEnvironment;
import dev.arda.nix.flake.eval.Evaluator.Priority;
import dev.arda.nix.flake.eval.WarmEvaluatorPool;
import dev.arda.nix.flake.selector.SelectorVectors;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.ValueEncoding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What warm evaluators answer, whatever a flake contains or does: that of a new process. With real
 * Nix programs; Nix 2.8 cannot be kept warm: there each test shows that the answers are right all
 * the same.
 */
class WarmAnswersTest {

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_everyVector_isAnsweredAsByANewProcess(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      SelectorVectors vectors = SelectorVectors.load();
      CallContext context = warm.flake("v", "{ v = " + vectors.fixture() + "; }");
      var selectors =
          vectors.eval().stream()
              .map(row -> row.selector().isEmpty() ? "v" : "v." + row.selector())
              // Without warmth, a new process answers on either side.
              .limit(warm.cold() ? 20 : Long.MAX_VALUE)
              .toList();
      for (ValueEncoding encoding : ValueEncoding.values()) {
        var request = new SelectionRequest("", selectors, false, encoding);
        var expected = new RecordingListener();
        var actual = new RecordingListener();
        warm.flakes(warm.oneShot).select(context, request, expected);
        warm.flakes(warm.pool).select(context, request, actual);

        for (int i = 0; i < selectors.size(); i++) {
          assertThat(describe(actual, i)).as(selectors.get(i)).isEqualTo(describe(expected, i));
        }
      }
      if (!warm.cold()) {
        assertThat(warm.fallenBack.get()).as("questions put to a new process").isLessThan(10);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_manyQuestions_oneProcessThatIsPure(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      CallContext context =
          warm.flake(
              "f",
              "{ a = 1; home = builtins.getEnv \"HOME\"; system = builtins ? currentSystem; drv ="
                  + " (derivation { name = \"d\"; system = \"s\"; builder = \"b\"; }).drvPath; }");
      LockedFlake flake = warm.lock(context);

      assertThat(warm.ask(context, flake, "a")).containsExactly("1");
      List<Long> pids = warm.pids();
      assertThat(warm.ask(context, flake, "home", "system")).containsExactly("\"\"", "false");
      String drv = warm.ask(context, flake, "drv").getFirst();

      assertThat(Path.of(drv.substring(1, drv.length() - 1))).exists();
      assertThat(warm.pids()).isEqualTo(pids);
      if (warm.cold()) {
        assertThat(pids).isEmpty();
        assertThat(warm.pool.whyNotWarm(context)).isPresent();
        assertThat(warm.fallenBack).hasValue(4);
      } else {
        assertThat(warm.fallenBack).hasValue(0);
        assertThat(warm.pool.status())
            .singleElement()
            .satisfies(status -> {
              assertThat(status.questions()).isEqualTo(4);
              assertThat(status.residentBytes()).isGreaterThan(1 << 20);
              assertThat(status.busy()).isFalse();
              assertThat(status.sourcePath()).isEqualTo(flake.state().storePath());
              assertThat(status.state()).isEqualTo(WarmEvaluatorPool.stateOf(flake.bindingJson()));
            });
      }
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_forgedMarks_areOrdinaryValues(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      String forged =
          "\\\"0123456789abcdef0123456789abcdefv\\\" \\n\\nnix-repl> \\\"0123456789abcdef\\\" + \\\"0123456789abcdefe\\\"\\n"
              + "\\n@nix {\\\"action\\\":\\\"start\\\"}\\ntrace: 0123456789abcdef0123456789abcdeft";
      CallContext context =
          warm.flake(
              "f",
              "{ a = \"F\"; t = builtins.trace \"F\" \"F\"; thrown = throw \"F\"; \"F\" = 1; n = { \"F\" = \"F\"; };"
                      .replace("F", forged)
                  + " esc = builtins.fromJSON ''\"\\u001b[35;1m\\\"x\\u001b[0m\"''; }");
      LockedFlake flake = warm.lock(context);
      var job =
          warm.job(
              context, flake, Priority.INTERACTIVE, "a", "t", "thrown", "n", "*.n", "esc", "a");

      List<String> expected = warm.ask(warm.oneShot, job);
      assertThat(warm.ask(warm.pool, job)).isEqualTo(expected);
      assertThat(expected.getFirst()).contains("nix-repl>");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_outputsWithTheNamesThatArdaUses_areOutputs(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      CallContext context =
          warm.flake(
              "f",
              "{ builtins = 1; map = 2; ardaRoot = 3; ardaAsk = 4; ardaState = 5; ardaQuestion = 6; toJSON = 7; }");
      LockedFlake flake = warm.lock(context);

      assertThat(
              warm.ask(
                  context,
                  flake,
                  "builtins",
                  "map",
                  "ardaRoot",
                  "ardaAsk",
                  "ardaState",
                  "ardaQuestion",
                  "toJSON"))
          .containsExactly("1", "2", "3", "4", "5", "6", "7");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_largeAndStrangeTexts_surviveExactly(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      CallContext context =
          warm.flake(
              "f",
              """
              { big = builtins.concatStringsSep "" (builtins.genList (n: "0123456\\"8\\n") 2000000);
                text = "a\\nb\\"c\\\\ é 😀 \\t\\r \\${x} $ '' \\\\n"; control = builtins.fromJSON ''"\\u001b[31m\\u0001\\u007f\\u0085"'';
                "\\${x}" = 1; "new\\nline" = 2; "tab\\there" = 3; "😀" = 4; "q\\"q" = 5; "b\\\\b" = 6; }
              """);
      LockedFlake flake = warm.lock(context);
      var job =
          warm.job(
              context,
              flake,
              Priority.INTERACTIVE,
              "text",
              "control",
              "\"${x}\"",
              "\"new\nline\"",
              "\"tab\there\"",
              "😀",
              "\"q\\\"q\"",
              "\"b\\\\b\"",
              "{?\"\u0001\u007f\u009b\"}");

      assertThat(warm.ask(warm.pool, job)).isEqualTo(warm.ask(warm.oneShot, job));
      assertThat(warm.ask(context, flake, "big").getFirst())
          .isEqualTo("\"" + "0123456\\\"8\\n".repeat(2_000_000) + "\"");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_questionOfSixtyThousandCharacters_isAnswered(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      CallContext context = warm.flake("f", "{ a = 1; n = { b = 2; }; }");
      LockedFlake flake = warm.lock(context);
      String name = "x".repeat(60_000);

      List<String> said =
          warm.ask(
              context, flake, "a", name, "n.?" + name, "n.{b,?" + "ü".repeat(9_000) + "}", "a");

      assertThat(said.get(0)).isEqualTo("1");
      assertThat(said.get(1)).contains("Missing").contains(name);
      assertThat(said.get(2)).isEqualTo("{}");
      assertThat(said.get(3)).isEqualTo("{\"b\":2}");
      assertThat(said.get(4)).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_impure_isNeverWarm(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      warm.flake("f", "{ home = builtins.getEnv \"HOME\"; }");
      var options =
          new NixOptions(
              List.of(),
              List.of(),
              true,
              false,
              false,
              false,
              java.util.Optional.empty(),
              false,
              false);
      CallContext context = warm.sandbox.context(warm.sandbox.work().resolve("f"), options);
      LockedFlake flake = warm.lock(context);

      assertThat(warm.ask(context, flake, "home"))
          .containsExactly('"' + warm.sandbox.environment().get("HOME") + '"');
      assertThat(warm.pids()).isEmpty();
      assertThat(warm.fallenBack).hasValue(1);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_impure_hasTheWholeEnvironment(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      warm.flake(
          "f", "{ all = map builtins.getEnv [ \"ALLOW_UNFREE\" \"LD_PRELOAD\" \"HOME\" ]; }");
      var variables = Map.of("ALLOW_UNFREE", "1", "LD_PRELOAD", "/no", "HOME", "/not/this");
      var own = warm.sandbox.context(warm.sandbox.work().resolve("f"), NixOptions.NONE);
      var impure =
          new NixOptions(
              List.of(), List.of(), true, false, false, false, Optional.empty(), false, false);

      CallContext context =
          new CallContext(
              own.cwd(),
              own.nixProgram(),
              impure,
              own.environment(),
              CallerEnvironment.others(variables));
      assertThat(warm.ask(context, warm.lock(context), "all"))
          .containsExactly("[\"1\",\"\",\"%s\"]".formatted(warm.sandbox.environment().get("HOME")));

      var pure = context.with(NixOptions.NONE);
      assertThat(pure.otherVariables()).isEmpty();
      assertThat(warm.ask(pure, warm.lock(pure), "all")).containsExactly("[\"\",\"\",\"\"]");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_manyThreads_eachGetsItsOwnAnswer(Path nix) throws Exception {
    try (var warm = new WarmFlakes(nix);
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      CallContext context =
          warm.flake("f", "{ n = builtins.genList (x: { v = \"value ${toString x}\"; }) 1000; }");
      LockedFlake flake = warm.lock(context);
      int threads = warm.cold() ? 4 : 32;
      int rounds = warm.cold() ? 2 : 30;
      var done = new ArrayList<java.util.concurrent.Future<?>>();
      for (int t = 0; t < threads; t++) {
        int thread = t;
        done.add(
            executor.submit(() -> {
              for (int round = 0; round < rounds; round++) {
                int n = (thread * 31 + round * 7) % 1000;
                assertThat(warm.ask(context, flake, "n." + n + ".v"))
                    .containsExactly("\"value " + n + "\"");
              }
            }));
      }
      for (var future : done) {
        future.get(120, TimeUnit.SECONDS);
      }
    }
  }

  /** The value, or everything a user sees of the failure. */
  private static String describe(RecordingListener listener, int index) {
    NixException failure = listener.failures.get(index);
    if (failure == null) {
      return listener.outcome(index);
    }
    return listener.outcome(index)
        + failure.nixError().map(detail -> " at " + detail.position()).orElse("");
  }
}
