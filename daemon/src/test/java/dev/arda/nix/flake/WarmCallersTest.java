package dev.arda.nix.flake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.flake.eval.Evaluator.Priority;
import dev.arda.nix.flake.eval.PoolLimits;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Callers of warm evaluators who leave, wait, or must not wait. With real Nix programs; Nix 2.8
 * cannot be kept warm: there each test shows that the answers are right all the same.
 */
class WarmCallersTest {

  /** Runs for hours in constant memory, and hears no signal but SIGKILL. */
  static final String ENDLESS =
      "builtins.foldl' (a: b: builtins.foldl' (c: d: builtins.foldl' (e: f: e + f) c many) a many) 0 many";

  static List<Path> programs() {
    return NixSandbox.programs();
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
            Duration.ofSeconds(60),
            Duration.ofMinutes(1));
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
        Waiting.until(() -> warm.busy() == 1);
      }
      // It waits for the same process, however long that takes.
      var staying = executor.submit(() -> warm.ask(context, flake, "good"));

      long left = System.nanoTime();
      leaving.cancel(true);
      assertThat(staying.get(30, TimeUnit.SECONDS)).containsExactly("1");
      Waiting.until(() -> pids.stream().noneMatch(WarmFlakes::alive));

      assertThat(Duration.ofNanos(System.nanoTime() - left)).isLessThan(Duration.ofSeconds(60));
      assertThat(warm.pids()).filteredOn(pids::contains).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void ask_callerLeavesAShortEvaluation_theProcessGoesOn(Path nix) throws Exception {
    // On a busy machine a short one takes long, too.
    var patient =
        new PoolLimits(
            3,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Duration.ofMinutes(30),
            Duration.ofSeconds(25),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofMinutes(1));
    try (var warm = new WarmFlakes(nix, patient);
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      CallContext context =
          warm.flake(
              "f",
              "let many = builtins.genList (x: x) 4000; in { good = 1; slow = builtins.foldl' (a: b: builtins.foldl' (c: d: c + d) a many) 0 many; }");
      LockedFlake flake = warm.lock(context);
      warm.ask(context, flake, "good");
      List<Long> pids = warm.pids();
      var leaving = executor.submit(() -> warm.ask(context, flake, "slow"));
      if (!warm.cold()) {
        // It may be over before anybody looks.
        Waiting.until(() -> warm.busy() == 1 || leaving.isDone());
        leaving.cancel(true);
        Waiting.until(() -> warm.busy() == 0);
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
  void ask_batchesHaveTakenWhatTheyMay_aWaitingPersonIsAnswered(Path nix) throws Exception {
    var eager =
        new PoolLimits(
            3,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Duration.ofMinutes(30),
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofSeconds(60),
            Duration.ofMinutes(1));
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
      Waiting.until(() -> warm.busy() == 2);

      assertThat(warm.ask(context, flake, "good")).containsExactly("1");
      assertThat(warm.busy()).isEqualTo(2);
      executor.shutdownNow();
    }
  }
}
