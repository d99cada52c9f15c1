package dev.arda.nix.flake;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.cache.JsonForm;
import dev.arda.nix.flake.cache.Lookup;
import dev.arda.nix.flake.cache.SelectionCache;
import dev.arda.nix.flake.cache.SelectionKey;
import dev.arda.nix.flake.cache.TypedValue;
import dev.arda.nix.flake.eval.Answer;
import dev.arda.nix.flake.eval.Evaluator;
import dev.arda.nix.flake.eval.Evaluator.Outcome;
import dev.arda.nix.flake.eval.LongAnswers;
import dev.arda.nix.flake.eval.Question;
import dev.arda.nix.flake.selector.Mismatch;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.SelectorPrinter;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.JsonText;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.ValueEncoding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.BiConsumer;

/**
 * Answers pure questions about one state of a flake: from what was learnt before, else by an
 * evaluation that is shared with everybody who waits for the same, and from whose answers is
 * learnt.
 */
final class Selections {

  private final SelectionCache cache;
  private final Flights flights = new Flights();
  private final Evaluator evaluator;
  private final SlowEvaluations slow;

  Selections(SelectionCache cache, Evaluator evaluator, SlowEvaluations slow) {
    this.cache = cache;
    this.evaluator = evaluator;
    this.slow = slow;
  }

  /**
   * A question.
   *
   * @param context who asks
   * @param flake the state that is asked
   * @param key the same state, and everything else that an answer depends on
   * @param encoding how values are to be written
   * @param priority whether the caller waits
   * @param progress hears what Nix is doing
   */
  record Asking(
      CallContext context,
      LockedFlake flake,
      SelectionKey key,
      ValueEncoding encoding,
      Evaluator.Priority priority,
      ProgressListener progress) {}

  /** What evaluations were shared. */
  FlightFigures flights() {
    return flights.figures();
  }

  /** What is known of a selector without asking Nix; its value has its final form. */
  Optional<Outcome> known(Asking asking, Selector selector) {
    return told(asking, cache.lookup(asking.key(), selector, asking.encoding()));
  }

  private static Optional<Outcome> told(Asking asking, Lookup found) {
    return switch (found) {
      case Lookup.Hit(TypedValue value) -> finished(value, asking.encoding());
      case Lookup.Kept(var answer) ->
          Optional.of(new Outcome.Answered(new Answer.Value(answer.json(), List.of())));
      case Lookup.Mismatched(Mismatch mismatch, boolean complete) ->
          complete
              ? Optional.of(new Outcome.Answered(new Answer.Mismatched(mismatch)))
              : Optional.empty();
      case Lookup.Miss miss -> Optional.empty();
    };
  }

  /**
   * Evaluates selectors. Blocks until all are there, or the thread is interrupted; then the
   * evaluation ends unless others wait for it.
   *
   * @param consumer takes the outcome of each selector once, on the calling thread
   */
  void evaluate(Asking asking, List<Selector> selectors, BiConsumer<Selector, Outcome> consumer)
      throws InterruptedException {
    var distinct = List.copyOf(new LinkedHashSet<>(selectors));
    BlockingQueue<Landing> landed = new ArrayBlockingQueue<>(Math.max(1, distinct.size()));
    try (var boarding =
        flights.board(
            asking.key(),
            asking.encoding(),
            distinct,
            asking.progress(),
            (mine, progress, landing) -> learn(asking, mine, progress, landing))) {
      for (Selector selector : distinct) {
        var _ =
            boarding
                .outcome(selector)
                .whenComplete((outcome, failure) ->
                    landed.add(new Landing(selector, failure == null ? outcome : broken(failure))));
      }
      for (int i = 0; i < distinct.size(); i++) {
        Landing landing = landed.take();
        consumer.accept(landing.selector(), landing.outcome());
      }
    }
  }

  private record Landing(Selector selector, Outcome outcome) {}

  private static Outcome broken(Throwable failure) {
    return new Outcome.Refused(
        new FlakeException(
            Reason.INTERNAL, "the evaluation broke: " + failure, Details.NONE.with(failure)));
  }

  /** Evaluates, keeps what is learnt, and tells it in its final form. */
  private void learn(
      Asking asking, List<Selector> boarded, ProgressListener progress, Flights.Landed landed) {
    // Another flight may have landed since the caller looked.
    var selectors = new ArrayList<Selector>();
    for (Selector selector : boarded) {
      told(asking, cache.lookupAgain(asking.key(), selector, asking.encoding()))
          .ifPresentOrElse(
              outcome -> landed.with(selector, outcome), () -> selectors.add(selector));
    }
    if (selectors.isEmpty()) {
      return;
    }
    boolean wantsJson = asking.encoding() == ValueEncoding.JSON;
    var onlyJsonTells = new ArrayList<Selector>();
    slow.evaluate(
        evaluator,
        asking.flake(),
        printed(selectors),
        job(
            asking,
            selectors,
            wantsJson ? Question.Ask.LEARN : Question.Ask.VALUE,
            ValueEncoding.TYPED,
            progress),
        new Evaluator.OutcomeConsumer() {
          @Override
          public void accept(int index, Outcome outcome) {
            learn(asking, selectors.get(index), outcome, onlyJsonTells, landed);
          }

          @Override
          public void part(int index, Selector part, Answer.Value value) {
            cache.insert(asking.key(), part, parse(value.json()));
          }
        });
    if (!onlyJsonTells.isEmpty()) {
      slow.evaluate(
          evaluator,
          asking.flake(),
          printed(onlyJsonTells),
          job(asking, onlyJsonTells, Question.Ask.VALUE, ValueEncoding.JSON, progress),
          (index, outcome) -> {
            if (outcome instanceof Outcome.Answered(Answer.Value value)) {
              cache.keep(
                  asking.key(),
                  onlyJsonTells.get(index),
                  ValueEncoding.JSON,
                  false,
                  new Lookup.WholeAnswer(value.json(), List.of()));
            }
            landed.with(onlyJsonTells.get(index), outcome);
          });
    }
  }

  /** Keeps what is learnt from a typed answer. */
  private void learn(
      Asking asking,
      Selector selector,
      Outcome outcome,
      List<Selector> onlyJsonTells,
      Flights.Landed landed) {
    switch (outcome) {
      case Outcome.Answered(Answer.Value value) -> {
        TypedValue typed = parse(value.json());
        cache.insert(asking.key(), selector, typed);
        finished(typed, asking.encoding())
            .ifPresentOrElse(
                finished -> landed.with(selector, finished), () -> onlyJsonTells.add(selector));
      }
      case Outcome.Answered(Answer.Mismatched(Mismatch mismatch)) -> {
        cache.insert(asking.key(), selector, mismatch);
        landed.with(selector, outcome);
      }
      case Outcome.Answered(Answer.Collapsed collapsed) -> onlyJsonTells.add(selector);
      case Outcome.Answered(Answer.Names names) -> landed.with(selector, outcome);
      case Outcome.Answered(Answer.Failed failed) -> landed.with(selector, outcome);
      case Outcome.Broken broken -> landed.with(selector, outcome);
      case Outcome.Refused refused -> landed.with(selector, outcome);
    }
  }

  private static List<String> printed(List<Selector> selectors) {
    return selectors.stream().map(SelectorPrinter::print).toList();
  }

  private static Evaluator.Job job(
      Asking asking,
      List<Selector> selectors,
      Question.Ask ask,
      ValueEncoding encoding,
      ProgressListener progress) {
    return new Evaluator.Job(
        asking.context(),
        asking.flake().bindingJson(),
        selectors.stream().map(selector -> new Question(selector, ask)).toList(),
        encoding,
        false,
        progress,
        asking.priority());
  }

  /** A typed value as it is told; empty if only Nix can tell. */
  private static Optional<Outcome> finished(TypedValue value, ValueEncoding encoding) {
    if (encoding == ValueEncoding.TYPED) {
      return Optional.of(new Outcome.Answered(new Answer.Value(value::writeTypedJson, List.of())));
    }
    return switch (value.json()) {
      case JsonForm.Text(JsonText text) ->
          Optional.of(new Outcome.Answered(new Answer.Value(text, List.of())));
      case JsonForm.NotSerialisable(List<String> at, String what) ->
          Optional.of(
              new Outcome.Answered(new Answer.Mismatched(new Mismatch.NotJson(-1, at, what))));
      case JsonForm.NeedsNix needsNix -> Optional.empty();
    };
  }

  private static TypedValue parse(byte[] json) {
    try {
      return LongAnswers.read(json, () -> TypedValue.parse(json));
    } catch (IOException e) {
      throw new FlakeException(
          Reason.INTERNAL, "an answer cannot be read: " + e.getMessage(), Details.NONE.with(e));
    }
  }
}
