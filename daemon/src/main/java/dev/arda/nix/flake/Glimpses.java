package dev.arda.nix.flake;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.eval.Answer;
import dev.arda.nix.flake.eval.Evaluator;
import dev.arda.nix.flake.eval.Evaluator.Outcome;
import dev.arda.nix.flake.eval.Question;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.ValueEncoding;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Answers for a cursor: within a budget, from what is known by then. What takes longer goes on in
 * the background, once however many ask, and is known when somebody asks again. What was known of
 * an earlier state is told while nothing is known of the present one, and said to be so.
 *
 * <p>Only names and descriptions are asked for, which evaluate little; nothing is built.
 */
final class Glimpses {

  private static final long MOST = 20_000;

  /** What nobody has asked for so long is forgotten. */
  private static final Duration IDLE = Duration.ofHours(1);

  private final Evaluator evaluator;
  private final Cache<Present, CompletableFuture<Outcome>> present =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterAccess(IDLE).build();
  private final Cache<Earlier, Glimpse.Seen> earlier =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterAccess(IDLE).build();

  Glimpses(Evaluator evaluator) {
    this.evaluator = evaluator;
  }

  /** A question to one state. */
  private record Present(String identity, String evaluation, Question question) {}

  /** A question to a flake in any state. */
  private record Earlier(String reference, String evaluation, Question question) {}

  /**
   * A question.
   *
   * @param context who asks
   * @param reference the flake, resolved
   * @param evaluation what else an answer depends on
   * @param locked finds the present state; may block
   * @param question what is asked
   */
  record Asking(
      CallContext context,
      String reference,
      String evaluation,
      Supplier<LockedFlake> locked,
      Question question) {}

  /** What is known. */
  sealed interface Glimpse {

    /**
     * An answer.
     *
     * @param flake the state it is of
     * @param freshness whether that is the present one; it may be, and not be known to be yet
     */
    record Seen(Answer answer, LockedFlake flake, Freshness freshness) implements Glimpse {
      private Seen earlier() {
        return new Seen(answer, flake, Freshness.EARLIER);
      }
    }

    /** The present state cannot be asked: there is none that Nix can read, for example. */
    record Failed(NixException failure, Optional<Seen> earlier) implements Glimpse {}

    /** The evaluation of the present state failed. */
    record Broken(Outcome.Broken outcome, LockedFlake flake, Optional<Seen> earlier)
        implements Glimpse {}

    /** Nothing is known yet. */
    record Nothing() implements Glimpse {}
  }

  /**
   * What is known within a budget. Never longer; interrupting the thread ends the wait, not the
   * work.
   */
  Glimpse look(Asking asking, Duration budget) throws InterruptedException {
    var looked = new CompletableFuture<Glimpse>();
    Thread.ofVirtual()
        .name("arda-glimpse")
        .start(() -> {
          try {
            looked.complete(ask(asking));
          } catch (NixException e) {
            looked.complete(new Glimpse.Failed(e, remembered(asking)));
          } catch (RuntimeException e) {
            looked.completeExceptionally(e);
          }
        });
    try {
      return looked.get(budget.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return remembered(asking).<Glimpse>map(seen -> seen).orElseGet(Glimpse.Nothing::new);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private Optional<Glimpse.Seen> remembered(Asking asking) {
    return Optional.ofNullable(
            earlier.getIfPresent(
                new Earlier(asking.reference(), asking.evaluation(), asking.question())))
        .map(Glimpse.Seen::earlier);
  }

  private Glimpse ask(Asking asking) {
    LockedFlake flake = asking.locked().get();
    var key = new Present(flake.identity(), asking.evaluation(), asking.question());
    Outcome outcome = present.get(key, absent -> evaluate(asking, flake, absent)).join();
    return switch (outcome) {
      case Outcome.Answered(var answer) -> {
        var seen = new Glimpse.Seen(answer, flake, Freshness.CURRENT);
        earlier.put(new Earlier(asking.reference(), asking.evaluation(), asking.question()), seen);
        yield seen;
      }
      case Outcome.Broken broken -> new Glimpse.Broken(broken, flake, remembered(asking));
      case Outcome.Refused(var failure) -> throw failure;
    };
  }

  private CompletableFuture<Outcome> evaluate(Asking asking, LockedFlake flake, Present key) {
    var result = new CompletableFuture<Outcome>();
    Thread.ofVirtual()
        .name("arda-glimpse-evaluation")
        .start(() -> {
          try {
            evaluator.evaluate(
                new Evaluator.Job(
                    asking.context(),
                    flake.bindingJson(),
                    List.of(asking.question()),
                    ValueEncoding.JSON,
                    false,
                    ProgressListener.NONE),
                (index, outcome) -> {
                  // What could not be asked may be possible next time.
                  if (outcome instanceof Outcome.Refused) {
                    present.invalidate(key);
                  }
                  result.complete(outcome);
                });
          } catch (NixException e) {
            present.invalidate(key);
            result.complete(new Outcome.Refused(e));
          } catch (RuntimeException e) {
            present.invalidate(key);
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  /** Forgets everything. */
  void forget() {
    present.invalidateAll();
    earlier.invalidateAll();
  }
}
