package dev.arda.nix.flake.eval;

import dev.arda.nix.core.Latencies;
import dev.arda.nix.flake.eval.Evaluator.Outcome.Answered;
import dev.arda.nix.flake.eval.Evaluator.Outcome.Broken;
import dev.arda.nix.flake.eval.Evaluator.Outcome.Refused;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.NixErrorDetail;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.OutputTooLongException;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * Puts questions to a new Nix process each time.
 *
 * <p>The questions of a job share a process. A {@code throw} or a failed assertion is caught inside
 * it and asked again alone, for its message; what cannot be caught ends the process, whereupon the
 * batch is halved until the culprit stands alone. The answers of those that work are the same
 * either way.
 */
public final class OneShotEvaluator implements Evaluator {

  /** Questions that share a process; bounds what is asked again when one of them ends it. */
  private static final int MAX_BATCH = 256;

  private final Instantiation instantiation;
  private final EvaluationSlots slots;
  private final Latencies processes = new Latencies();

  /**
   * An evaluator.
   *
   * @param instantiation runs Nix
   * @param slots limits how many processes run at a time
   */
  public OneShotEvaluator(Instantiation instantiation, EvaluationSlots slots) {
    this.instantiation = instantiation;
    this.slots = slots;
  }

  /** Runs the evaluator of Nix. */
  public interface Instantiation {
    /**
     * The value of an expression, as Nix prints it in JSON.
     *
     * @throws EvaluationBroken if the evaluation fails
     */
    byte[] evaluate(Job job, String expression) throws EvaluationBroken;
  }

  /** An evaluation failed. */
  @SuppressWarnings("serial") // never serialised
  public static final class EvaluationBroken extends Exception {
    private final NixErrorDetail detail;

    /** An evaluation failed, and this is what Nix said. */
    public EvaluationBroken(NixErrorDetail detail) {
      super(detail.message());
      this.detail = detail;
    }
  }

  @Override
  public EvaluatorFigures figures() {
    return EvaluatorFigures.cold(processes.snapshot());
  }

  @Override
  public void evaluate(Job job, OutcomeConsumer consumer) {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var completion = new ExecutorCompletionService<Round>(executor);
      int running = 0;
      for (int from = 0; from < job.questions().size(); from += MAX_BATCH) {
        List<Integer> batch =
            IntStream.range(from, Math.min(from + MAX_BATCH, job.questions().size()))
                .boxed()
                .toList();
        completion.submit(() -> ask(job, batch));
        running++;
      }
      try {
        for (; running > 0; running--) {
          Round round = completion.take().get();
          for (List<Integer> batch : round.again()) {
            completion.submit(() -> ask(job, batch));
            running++;
          }
          round.outcomes().forEach(consumer::accept);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandException(
            Reason.CANCELLED, "the evaluation was given up", Details.NONE.with(e));
      } catch (ExecutionException e) {
        throw e.getCause() instanceof NixException failure
            ? failure
            : new IllegalStateException(e.getCause());
      } finally {
        // Interrupts what still runs; closing the executor waits for it to end.
        executor.shutdownNow();
      }
    }
  }

  /**
   * What a process told.
   *
   * @param outcomes outcomes by index of the question
   * @param again questions to put again, in these batches
   */
  private record Round(Map<Integer, Outcome> outcomes, List<List<Integer>> again) {}

  private Round ask(Job job, List<Integer> batch) throws InterruptedException, IOException {
    var questions = batch.stream().map(job.questions()::get).toList();
    var mode =
        new NixText.Mode(
            job.encoding() == dev.arda.nix.types.ValueEncoding.TYPED,
            batch.size() > 1,
            job.realise());
    String expression = NixText.answers(NixText.flake(job.bindingJson()), questions, mode);
    var outcomes = new LinkedHashMap<Integer, Outcome>();
    var again = new ArrayList<List<Integer>>();
    byte[] output;
    try (var _ = slots.acquire(job.progress())) {
      long began = System.nanoTime();
      try {
        output = instantiation.evaluate(job, expression);
      } finally {
        processes.record(System.nanoTime() - began);
      }
    } catch (EvaluationBroken broken) {
      return afterFailure(batch, new Broken(broken.detail));
    } catch (OutputTooLongException _) {
      return afterFailure(batch, new Refused(LongAnswers.tooLong(questions.getFirst())));
    } catch (CommandException e) {
      if (e.reason() == Reason.CANCELLED || e.reason() == Reason.NIX_NOT_FOUND) {
        throw e;
      }
      return afterFailure(batch, new Refused(e));
    }
    List<Answer> answers;
    try {
      answers =
          LongAnswers.read(output, () -> AnswerReader.read(output, batch.size(), job.encoding()));
    } catch (IOException e) {
      return afterFailure(
          batch,
          new Refused(
              new FlakeException(
                  Reason.VALUE_NOT_SERIALISABLE,
                  "Nix's answer cannot be read as JSON: " + e.getMessage(),
                  Details.NONE.with(e))));
    }
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i) instanceof Answer.Failed) {
        again.add(List.of(batch.get(i)));
      } else {
        outcomes.put(batch.get(i), new Answered(answers.get(i)));
      }
    }
    return new Round(outcomes, again);
  }

  private static Round afterFailure(List<Integer> batch, Outcome failure) {
    if (batch.size() == 1) {
      return new Round(Map.of(batch.getFirst(), failure), List.of());
    }
    int half = batch.size() / 2;
    return new Round(Map.of(), List.of(batch.subList(0, half), batch.subList(half, batch.size())));
  }
}
