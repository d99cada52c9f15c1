package dev.arda.nix.flake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.cache.CapturedLog;
import dev.arda.nix.flake.eval.Answer;
import dev.arda.nix.flake.eval.Evaluator;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.ValueEncoding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Slow evaluations are logged; what others wrote is made harmless first. */
final class SlowEvaluationsTest {

  private static final LockedFlake FLAKE =
      new LockedFlake(
          new FlakeMetadata(
              new FlakeState(
                  "git+https://me:pass@example.org/x?token=abc&dir=y",
                  "",
                  "",
                  "/nix/store/x",
                  Optional.empty(),
                  Optional.empty(),
                  0,
                  ""),
              "",
              List.of(),
              "{}"),
          "{}",
          Optional.empty());

  private final AtomicLong clock = new AtomicLong();
  private final SlowEvaluations slow = new SlowEvaluations(Duration.ofMillis(500), clock::get);

  private List<String> logged(List<String> selectors, long... milliseconds) {
    try (var log = new CapturedLog(SlowEvaluations.class)) {
      Evaluator evaluator =
          new Evaluator() {
            @Override
            public void evaluate(Job job, OutcomeConsumer consumer) {
              for (int i = 0; i < milliseconds.length; i++) {
                clock.addAndGet(milliseconds[i] * 1_000_000);
                consumer.accept(i, new Outcome.Answered(new Answer.Value(new byte[0], List.of())));
              }
            }

            @Override
            public Optional<String> whyNotWarm(CallContext context) {
              return Optional.empty();
            }
          };
      var heard = new ArrayList<Integer>();
      slow.evaluate(
          evaluator,
          FLAKE,
          selectors,
          new Evaluator.Job(
              new CallContext(Path.of("/"), Optional.empty(), NixOptions.NONE, Map.of()),
              "{}",
              List.of(),
              ValueEncoding.JSON,
              false,
              ProgressListener.NONE),
          (index, _) -> {
            heard.add(index);
            clock.addAndGet(9_000_000_000L); // a slow reader is no slow evaluation
          });
      assertThat(heard).hasSize(milliseconds.length);
      return log.lines();
    }
  }

  @Test
  void evaluate_onlyWhatTakesLong_isLoggedWithFlakeTimeAndKind() {
    assertThat(logged(List.of("a.b", "c"), 499, 2_345))
        .containsExactly(
            "slow evaluation: 2.345 s, in a warm evaluator, of"
                + " git+https://<redacted>@example.org/x?token=<redacted>&dir=y: c");
    assertThat(slow.count()).isEqualTo(1);
  }

  @Test
  void evaluate_selectorsWithCommandsToTheTerminal_areOneHarmlessClippedLine() {
    var message = logged(List.of("a\u001b[31m\nb." + "x".repeat(300)), 500).getFirst();

    assertThat(message).contains(": a b.xxx").endsWith("x…").doesNotContain("\u001b", "\n");
    assertThat(message.length()).isLessThan(330);
  }
}
