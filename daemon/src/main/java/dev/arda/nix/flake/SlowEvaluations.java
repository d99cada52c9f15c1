package dev.arda.nix.flake;

import dev.arda.nix.core.TerminalText;
import dev.arda.nix.flake.eval.Answer;
import dev.arda.nix.flake.eval.Evaluator;
import dev.arda.nix.flake.selector.Selector;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes evaluations that took long into the log, with what was asked of which flake. What others
 * wrote, selectors and references, is made one harmless line of bounded length, and a user or
 * password in a URL is left out.
 */
final class SlowEvaluations {

  private static final Logger LOG = LoggerFactory.getLogger(SlowEvaluations.class);
  private static final int MAX_SELECTOR = 200;
  private static final int MAX_FLAKE = 300;
  private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@\\s]*@");
  private static final Pattern TOKEN =
      Pattern.compile("(?i)([?&][^=&]*(?:token|secret|password)[^=&]*=)[^&\\s]*");

  private final Duration threshold;
  private final LongSupplier nanoTime;
  private final LongAdder count = new LongAdder();

  /**
   * A log.
   *
   * @param threshold evaluations that take as long or longer are written
   * @param nanoTime a clock without an epoch
   */
  SlowEvaluations(Duration threshold, LongSupplier nanoTime) {
    this.threshold = threshold;
    this.nanoTime = nanoTime;
  }

  /** How many there were. */
  long count() {
    return count.sum();
  }

  /**
   * Evaluates, and writes what was slow. Questions of a job that have a process to themselves are
   * answered one after the other and timed one by one; those that share a process come out
   * together, and the first of them stands for all.
   */
  void evaluate(
      Evaluator evaluator,
      LockedFlake flake,
      List<String> selectors,
      Evaluator.Job job,
      Evaluator.OutcomeConsumer consumer) {
    var last =
        new Object() {
          long time = nanoTime.getAsLong();
        };
    evaluator.evaluate(
        job,
        new Evaluator.OutcomeConsumer() {
          @Override
          public void accept(int index, Evaluator.Outcome outcome) {
            long now = nanoTime.getAsLong();
            long nanos = now - last.time;
            if (nanos >= threshold.toNanos()) {
              count.increment();
              write(flake, selectors, index, nanos, evaluator.whyNotWarm(job.context()));
            }
            consumer.accept(index, outcome);
            last.time = nanoTime.getAsLong();
          }

          @Override
          public void part(int index, Selector part, Answer.Value value) {
            consumer.part(index, part, value);
          }
        });
  }

  private static void write(
      LockedFlake flake, List<String> selectors, int index, long nanos, Optional<String> cold) {
    boolean shared = cold.isPresent() && selectors.size() > 1;
    LOG.info(
        "slow evaluation: {} s, {}, of {}: {}{}",
        "%d.%03d".formatted(nanos / 1_000_000_000, nanos / 1_000_000 % 1000),
        cold.isPresent() ? "in a new process" : "in a warm evaluator",
        harmless(flake.state().flakeRef(), MAX_FLAKE),
        harmless(selectors.get(index), MAX_SELECTOR),
        shared ? " and %d more".formatted(selectors.size() - 1) : "");
  }

  /** One line without commands to a terminal, without secrets, and not too long. */
  static String harmless(String text, int most) {
    String plain = TerminalText.strip(text).replaceAll("\\s+", " ");
    String quiet =
        TOKEN
            .matcher(USER_INFO.matcher(plain).replaceAll("<redacted>@"))
            .replaceAll("$1<redacted>");
    int count = quiet.codePointCount(0, quiet.length());
    return count <= most ? quiet : quiet.substring(0, quiet.offsetByCodePoints(0, most)) + "…";
  }
}
