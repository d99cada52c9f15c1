package dev.arda.nix.flake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.flake.eval.Evaluator.Priority;
import dev.arda.nix.flake.eval.PoolLimits;
import dev.arda.nix.flake.eval.WarmEvaluatorPool;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which warm evaluators live, and how much they take. With real Nix programs; Nix 2.8 cannot be
 * kept warm: there each test shows that the answers are right all the same.
 */
class PoolLimitsTest {

  static List<Path> programs() {
    return NixSandbox.programs();
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
            Duration.ofSeconds(60),
            Duration.ofMinutes(1));
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
            Duration.ofSeconds(60),
            Duration.ofMinutes(1));
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
      Waiting.until(() -> pids.stream().noneMatch(WarmFlakes::alive));
      assertThat(warm.ask(context, flake, "a")).containsExactly("1");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_evaluationThatOutgrowsItsMemory_endsWithAReasonAndTheNextIsAnswered(Path nix) {
    var tight =
        new PoolLimits(
            3,
            Long.MAX_VALUE,
            150 << 20,
            Duration.ofMinutes(30),
            Duration.ofSeconds(2),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofMinutes(1));
    try (var warm = new WarmFlakes(nix, tight);
        var guard = Executors.newSingleThreadScheduledExecutor()) {
      // Would come to about 350 MiB.
      CallContext context =
          warm.flake(
              "f",
              "{ a = 1; large = let xs = builtins.genList (n: builtins.genList (x: x + n) 10000) 1000;"
                  + " in builtins.deepSeq xs (builtins.length xs); }");
      LockedFlake flake = warm.lock(context);
      if (warm.cold()) {
        assertThat(warm.ask(context, flake, "large")).containsExactly("1000");
        return;
      }
      var _ = guard.scheduleWithFixedDelay(() -> warm.pool.guard(), 20, 20, TimeUnit.MILLISECONDS);

      // Asked of an evaluator that has answered others, it gets one to itself.
      List<String> said = warm.ask(context, flake, "a", "large", "a");

      assertThat(said.get(0)).isEqualTo("1");
      assertThat(said.get(1))
          .startsWith("refused: the evaluation of large was ended when it had taken ");
      assertThat(said.get(2)).isEqualTo("1");
      assertThat(warm.fallenBack).hasValue(0);
      assertThat(warm.started).hasValue(3);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void guard_twoAtWorkHaveTooMuchTogether_theOneNobodyWaitsForEnds(Path nix) throws Exception {
    var tight =
        new PoolLimits(
            3,
            1,
            Long.MAX_VALUE,
            Duration.ofMinutes(30),
            Duration.ofMillis(1),
            Duration.ZERO,
            Duration.ofSeconds(60),
            Duration.ofMinutes(1));
    try (var warm = new WarmFlakes(nix, tight);
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      CallContext context =
          warm.flake(
              "f",
              "let many = builtins.genList (x: x) 10000; in { endless = "
                  + WarmCallersTest.ENDLESS
                  + "; }");
      LockedFlake flake = warm.lock(context);
      if (warm.cold()) {
        return;
      }
      var waiting = executor.submit(() -> warm.ask(context, flake, "endless"));
      Waiting.until(() -> warm.busy() == 1);
      List<Long> first = warm.pids();
      var batch =
          executor.submit(
              () -> warm.ask(warm.pool, warm.job(context, flake, Priority.BATCH, "endless")));
      Waiting.until(() -> warm.busy() == 2);

      warm.pool.guard();
      Waiting.until(() -> warm.busy() == 1);
      assertThat(warm.pids()).isEqualTo(first);

      warm.pool.guard();
      assertThat(warm.pids()).as("the only one goes on").isEqualTo(first);
      assertThat(batch.get(30, TimeUnit.SECONDS).getFirst()).startsWith("refused: ");
      waiting.cancel(true);
    }
  }
}
