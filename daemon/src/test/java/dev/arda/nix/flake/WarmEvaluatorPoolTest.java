package dev.arda.nix.flake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.flake.eval.Evaluator.Priority;
import dev.arda.nix.flake.eval.PoolLimits;
import dev.arda.nix.flake.eval.WarmEvaluatorPool;
import dev.arda.nix.flake.selector.SelectorVectors;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.ValueEncoding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Warm evaluators with real Nix programs. Nix 2.8 cannot be kept warm: there each test shows that
 * the answers are right all the same.
 */
class WarmEvaluatorPoolTest {

  /** Runs for hours in constant memory, and hears no signal but SIGKILL. */
  private static final String ENDLESS =
      "builtins.foldl' (a: b: builtins.foldl' (c: d: builtins.foldl' (e: f: e + f) c many) a many) 0 many";

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

  /** The value, or everything a user sees of the failure. */
  private static String describe(RecordingListener listener, int index) {
    NixException failure = listener.failures.get(index);
    if (failure == null) {
      return listener.outcome(index);
    }
    return listener.outcome(index)
        + failure.nixError().map(detail -> " at " + detail.position()).orElse("");
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
  void ask_failuresOfEvaluation_leaveTheProcessUsable(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      CallContext context =
          warm.flake(
              "f",
              "{ good = 1; th = throw \"boom\"; ab = abort \"stop\"; loop = let x = x; in x; bad = 1 + \"x\"; none = {}.a;"
                  + " as = assert false; 1; }");
      LockedFlake flake = warm.lock(context);
      assertThat(warm.ask(context, flake, "good")).containsExactly("1");
      List<Long> pids = warm.pids();

      for (int round = 0; round < 2; round++) {
        List<String> said =
            warm.ask(context, flake, "th", "ab", "loop", "bad", "none", "as", "good");
        assertThat(said.subList(0, 6)).allMatch(text -> text.startsWith("broken: "));
        assertThat(said.get(0)).isEqualTo("broken: boom");
        assertThat(said.get(1)).contains("stop");
        assertThat(said.get(2)).contains("infinite recursion");
        assertThat(said.get(4)).contains("'a' missing");
        assertThat(said.getLast()).isEqualTo("1");
      }
      assertThat(warm.pids()).isEqualTo(pids);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_endlessNesting_saysStackOverflowAndTheNextQuestionIsAnswered(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      CallContext context =
          warm.flake("f", "{ good = 1; deep = let f = n: [ (f (n + 1)) ]; in f 0; }");
      LockedFlake flake = warm.lock(context);

      List<String> said = warm.ask(context, flake, "good", "deep", "good");

      assertThat(said.get(0)).isEqualTo("1");
      assertThat(said.get(1)).startsWith("broken: stack overflow");
      assertThat(said.get(2)).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_failedImportFromDerivation_isRightOnceItsCauseIsGone(Path nix) throws Exception {
    try (var warm = new WarmFlakes(nix)) {
      Path cause = warm.sandbox.work().resolve("cause");
      String system =
          warm.sandbox
              .run(
                  warm.sandbox.work(),
                  nix.toString(),
                  "eval",
                  "--impure",
                  "--raw",
                  "--expr",
                  "builtins.currentSystem")
              .strip();
      CallContext context =
          warm.flake(
              "f",
              "{ good = 1; ifd = import (derivation { name = \"x\"; system = \"SYSTEM\"; builder = \"/bin/sh\";"
                      .replace("SYSTEM", system)
                  + " args = [ \"-c\" \"read x < CAUSE && echo $x > $out\" ]; }); }"
                      .replace("CAUSE", cause.toString()));
      LockedFlake flake = warm.lock(context);
      assertThat(warm.ask(context, flake, "good")).containsExactly("1");
      List<Long> pids = warm.pids();

      String failed = warm.ask(context, flake, "ifd").getFirst();
      assertThat(failed).startsWith("broken: ").containsAnyOf("builder", "Cannot build");
      assertThat(warm.pids()).filteredOn(pids::contains).isEmpty();

      Files.writeString(cause, "42\n");
      assertThat(warm.ask(context, flake, "ifd", "good")).containsExactly("42", "1");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_storeIsCollected_theSourceStays(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      warm.sandbox.write("f/late.nix", "\"late\"");
      CallContext context = warm.flake("f", "{ a = 1; late = import ./late.nix; }");
      LockedFlake flake = warm.lock(context);
      assertThat(warm.ask(context, flake, "a")).containsExactly("1");

      warm.sandbox.run(warm.sandbox.work(), nix.resolveSibling("nix-store").toString(), "--gc");

      if (!warm.cold()) {
        assertThat(Path.of(flake.state().storePath())).exists();
        List<Long> pids = warm.pids();
        assertThat(warm.ask(context, flake, "late")).containsExactly("\"late\"");
        assertThat(warm.pids()).isEqualTo(pids);
        assertThat(warm.fallenBack).hasValue(0);

        warm.pool.close();
        warm.sandbox.run(warm.sandbox.work(), nix.resolveSibling("nix-store").toString(), "--gc");
        assertThat(Path.of(flake.state().storePath())).doesNotExist();
        assertThat(warm.roots).isEmptyDirectory();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_processKilledWhileIdle_anotherOneAnswers(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      CallContext context = warm.flake("f", "{ a = 1; }");
      LockedFlake flake = warm.lock(context);
      warm.ask(context, flake, "a");
      for (long pid : warm.pids()) {
        WarmFlakes.kill(pid);
      }

      assertThat(warm.ask(context, flake, "a")).containsExactly("1");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_processesKilledInTheMiddle_aNewProcessAnswers(Path nix) throws Exception {
    try (var warm = new WarmFlakes(nix)) {
      // About a second, so that it can be killed meanwhile.
      CallContext context =
          warm.flake(
              "f",
              "let many = builtins.genList (x: x) 3000; in { slow = builtins.foldl' (a: b: builtins.foldl' (c: d: c + d) a many) 0 many; }");
      LockedFlake flake = warm.lock(context);
      var answer = CompletableFuture.supplyAsync(() -> warm.ask(context, flake, "slow"));
      if (!warm.cold()) {
        await(() -> busy(warm) == 1);
        WarmFlakes.kill(warm.pids().getFirst());
      }

      assertThat(answer.get(60, TimeUnit.SECONDS)).containsExactly("13495500000");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_callerLeavesAnEndlessEvaluation_itsProcessEndsAndOthersAreAnswered(Path nix)
      throws Exception {
    var limits =
        new PoolLimits(
            2,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Duration.ofMinutes(30),
            Duration.ofSeconds(2),
            Duration.ofMinutes(10),
            Duration.ofSeconds(60));
    try (var warm = new WarmFlakes(nix, limits);
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      CallContext context =
          warm.flake(
              "f",
              "let many = builtins.genList (x: x) 10000; in { good = 1; endless = "
                  + ENDLESS
                  + "; }");
      LockedFlake flake = warm.lock(context);
      warm.ask(context, flake, "good");
      List<Long> pids = warm.pids();
      var leaving = executor.submit(() -> warm.ask(context, flake, "endless"));
      if (!warm.cold()) {
        await(() -> busy(warm) == 1);
      }
      // It waits for the same process, however long that takes.
      var staying = executor.submit(() -> warm.ask(context, flake, "good"));

      long left = System.nanoTime();
      leaving.cancel(true);
      assertThat(staying.get(30, TimeUnit.SECONDS)).containsExactly("1");
      await(() -> pids.stream().noneMatch(WarmFlakes::alive));

      assertThat(Duration.ofNanos(System.nanoTime() - left)).isLessThan(Duration.ofSeconds(15));
      assertThat(warm.pids()).filteredOn(pids::contains).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_callerLeavesAShortEvaluation_theProcessGoesOn(Path nix) throws Exception {
    try (var warm = new WarmFlakes(nix);
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      CallContext context =
          warm.flake(
              "f",
              "let many = builtins.genList (x: x) 2000; in { good = 1; slow = builtins.foldl' (a: b: builtins.foldl' (c: d: c + d) a many) 0 many; }");
      LockedFlake flake = warm.lock(context);
      warm.ask(context, flake, "good");
      List<Long> pids = warm.pids();
      var leaving = executor.submit(() -> warm.ask(context, flake, "slow"));
      if (!warm.cold()) {
        await(() -> busy(warm) == 1);
        leaving.cancel(true);
        await(() -> busy(warm) == 0);
      }

      assertThat(warm.ask(context, flake, "good")).containsExactly("1");
      assertThat(warm.pids()).isEqualTo(pids);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_interruptedCaller_isToldSo(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      CallContext context = warm.flake("f", "{ a = 1; }");
      LockedFlake flake = warm.lock(context);
      warm.ask(context, flake, "a");

      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> warm.ask(context, flake, "a"))
          .isInstanceOfSatisfying(
              CommandException.class,
              failure -> assertThat(failure.reason()).isEqualTo(Reason.CANCELLED));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(warm.ask(context, flake, "a")).containsExactly("1");
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
  void ask_storeIsCollected_aDerivationThatWasMentionedCanBeBuilt(Path nix) throws Exception {
    try (var warm = new WarmFlakes(nix)) {
      CallContext context =
          warm.flake(
              "f",
              "{ drv = derivation { name = \"d\"; system = \"SYSTEM\"; builder = \"/bin/sh\"; args = [ \"-c\" \"echo built > $out\" ]; }; }"
                  .replace(
                      "SYSTEM",
                      warm.sandbox
                          .run(
                              warm.sandbox.work(),
                              nix.toString(),
                              "eval",
                              "--impure",
                              "--raw",
                              "--expr",
                              "builtins.currentSystem")
                          .strip()));
      var flakes = warm.flakes(warm.pool);
      var first = new RecordingListener();
      flakes.select(
          context,
          new SelectionRequest("", List.of("drv.drvPath"), false, ValueEncoding.JSON),
          first);
      assertThat(first.failures).isEmpty();
      warm.sandbox.run(warm.sandbox.work(), nix.resolveSibling("nix-store").toString(), "--gc");

      var built = new RecordingListener();
      flakes.select(
          context, new SelectionRequest("", List.of("drv"), true, ValueEncoding.JSON), built);

      assertThat(built.failures).isEmpty();
      assertThat(Files.readString(Path.of(built.outcome(0).replace("\"", ""))))
          .isEqualTo("built\n");
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
  void pool_moreStatesThanProcesses_theLeastRecentlyUsedEnds(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      var contexts = new ArrayList<CallContext>();
      var flakes = new ArrayList<LockedFlake>();
      for (int i = 0; i < 4; i++) {
        contexts.add(warm.flake("f" + i, "{ n = " + i + "; }"));
        flakes.add(warm.lock(contexts.get(i)));
      }
      for (int i : List.of(0, 1, 2, 0, 3)) {
        assertThat(warm.ask(contexts.get(i), flakes.get(i), "n"))
            .containsExactly(Integer.toString(i));
      }

      assertThat(warm.pool.status().stream().map(status -> status.sourcePath()))
          .containsExactlyElementsOf(
              warm.cold()
                  ? List.of()
                  : List.of(
                      flakes.get(3).state().storePath(),
                      flakes.get(0).state().storePath(),
                      flakes.get(2).state().storePath()));
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void pool_processOverItsMemory_servesNoMore(Path nix) {
    var tight =
        new PoolLimits(
            3,
            Long.MAX_VALUE,
            1,
            Duration.ofMinutes(30),
            Duration.ofSeconds(2),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60));
    try (var warm = new WarmFlakes(nix, tight)) {
      CallContext context = warm.flake("f", "{ a = 1; }");
      LockedFlake flake = warm.lock(context);

      assertThat(warm.ask(context, flake, "a", "a")).containsExactly("1", "1");
      assertThat(warm.pids()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void pool_allOverTheirMemoryTogether_theLeastRecentlyUsedEnds(Path nix) {
    var tight =
        new PoolLimits(
            3,
            1 << 20,
            Long.MAX_VALUE,
            Duration.ofMinutes(30),
            Duration.ofSeconds(2),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60));
    try (var warm = new WarmFlakes(nix, tight)) {
      CallContext context = warm.flake("f", "{ a = 1; }");
      LockedFlake flake = warm.lock(context);

      assertThat(warm.ask(context, flake, "a")).containsExactly("1");
      assertThat(warm.pids()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void pool_nobodyAsksForLong_processesEnd(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      CallContext context = warm.flake("f", "{ a = 1; }");
      LockedFlake flake = warm.lock(context);
      warm.ask(context, flake, "a");
      warm.later.set(Duration.ofMinutes(29).toNanos());
      warm.pool.sweep();
      assertThat(warm.pids()).hasSize(warm.cold() ? 0 : 1);

      warm.later.set(Duration.ofMinutes(31).toNanos());
      warm.pool.sweep();
      assertThat(warm.pids()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void invalidate_state_itsProcessesServeNoOne(Path nix) {
    try (var warm = new WarmFlakes(nix)) {
      CallContext context = warm.flake("f", "{ a = 1; }");
      LockedFlake flake = warm.lock(context);
      warm.pool.prepare(warm.job(context, flake, Priority.INTERACTIVE));
      List<Long> pids = warm.pids();
      assertThat(pids).hasSize(warm.cold() ? 0 : 1);

      warm.pool.invalidate(WarmEvaluatorPool.stateOf(flake.bindingJson()));

      assertThat(warm.pids()).isEmpty();
      await(() -> pids.stream().noneMatch(WarmFlakes::alive));
      assertThat(warm.ask(context, flake, "a")).containsExactly("1");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_batchesHaveTakenWhatTheyMay_aWaitingPersonIsAnswered(Path nix) throws Exception {
    var eager =
        new PoolLimits(
            3,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Duration.ofMinutes(30),
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofSeconds(60));
    try (var warm = new WarmFlakes(nix, eager);
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      CallContext context =
          warm.flake(
              "f",
              "let many = builtins.genList (x: x) 10000; in { good = 1; endless = "
                  + ENDLESS
                  + "; }");
      LockedFlake flake = warm.lock(context);
      if (warm.cold()) {
        assertThat(warm.ask(context, flake, "good")).containsExactly("1");
        return;
      }
      for (int i = 0; i < 3; i++) {
        var _ =
            executor.submit(
                () -> warm.ask(warm.pool, warm.job(context, flake, Priority.BATCH, "endless")));
      }
      await(() -> busy(warm) == 2);

      assertThat(warm.ask(context, flake, "good")).containsExactly("1");
      assertThat(busy(warm)).isEqualTo(2);
      executor.shutdownNow();
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

  private static long busy(WarmFlakes warm) {
    return warm.pool.status().stream().filter(status -> status.busy()).count();
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      LockSupport.parkNanos(2_000_000);
    }
  }
}
