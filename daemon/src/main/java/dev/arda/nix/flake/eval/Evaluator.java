package dev.arda.nix.flake.eval;

import dev.arda.nix.core.Latencies;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixErrorDetail;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.ValueEncoding;
import java.util.List;
import java.util.Optional;

/** Puts questions to a flake in a known state. */
public interface Evaluator {

  /**
   * Answers every question of a job; one that fails leaves the others alone. Blocks; interrupting
   * the thread ends the evaluation.
   *
   * @param consumer takes the outcome of each question once, in any order, on the calling thread
   * @throws dev.arda.nix.types.CommandException if Nix cannot be run, or the thread was interrupted
   */
  void evaluate(Job job, OutcomeConsumer consumer);

  /** The evaluators that are kept warm, most recently used first. */
  default List<EvaluatorStatus> status() {
    return List.of();
  }

  /** What is done now, and was done since the start. */
  default EvaluatorFigures figures() {
    return EvaluatorFigures.cold(Latencies.Snapshot.EMPTY);
  }

  /** Why a caller's questions are put to a new process each time; empty: they are not. */
  default Optional<String> whyNotWarm(CallContext context) {
    return Optional.of("evaluators are not kept");
  }

  /**
   * Ends what is kept warm for a state, for example since a file was edited; what is busy, when it
   * has answered.
   *
   * @param state from {@link WarmEvaluatorPool#stateOf}
   */
  default void invalidate(String state) {}

  /**
   * Somebody is about to find out the state of a flake, and will then ask about it: a good time to
   * start what takes a while. Does not block.
   */
  default void expect(CallContext context) {}

  /**
   * Questions to put.
   *
   * @param context who asks
   * @param bindingJson the state of the flake, as {@code call-flake.nix} takes it
   * @param questions the questions
   * @param encoding how values are to be written
   * @param realise whether answers say which derivations they need
   * @param progress hears what Nix is doing
   * @param priority who goes first when there is a queue
   */
  record Job(
      CallContext context,
      String bindingJson,
      List<Question> questions,
      ValueEncoding encoding,
      boolean realise,
      ProgressListener progress,
      Priority priority) {

    /** Copies the list. */
    public Job {
      questions = List.copyOf(questions);
    }

    /** Questions that somebody waits for. */
    public Job(
        CallContext context,
        String bindingJson,
        List<Question> questions,
        ValueEncoding encoding,
        boolean realise,
        ProgressListener progress) {
      this(context, bindingJson, questions, encoding, realise, progress, Priority.INTERACTIVE);
    }

    /** The same for somebody else. */
    Job with(Priority other) {
      return new Job(context, bindingJson, questions, encoding, realise, progress, other);
    }

    /** The same with other questions. */
    Job with(List<Question> others) {
      return new Job(context, bindingJson, others, encoding, realise, progress, priority);
    }
  }

  /** Who goes first when there is a queue. */
  enum Priority {
    /** Somebody waits for the answer, for example at a cursor. */
    INTERACTIVE,
    /** Much is asked at once; never takes the last evaluator. */
    BATCH
  }

  /** What became of a question. */
  sealed interface Outcome {
    /** There is an answer. */
    record Answered(Answer answer) implements Outcome {}

    /**
     * The evaluation failed.
     *
     * @param detail what Nix said
     * @param part what of the question failed, if it was about many things and that is known
     */
    record Broken(NixErrorDetail detail, Optional<Selector> part) implements Outcome {
      /** The question failed as a whole. */
      public Broken(NixErrorDetail detail) {
        this(detail, Optional.empty());
      }
    }

    /** The question could not be put. */
    record Refused(NixException failure) implements Outcome {}
  }

  /** Takes outcomes. */
  interface OutcomeConsumer {
    /**
     * A question is done.
     *
     * @param index its index in the job
     */
    void accept(int index, Outcome outcome);

    /**
     * A part of a question that failed has a value all the same, for those who keep what was
     * learnt. Told before the question's outcome, on the calling thread.
     *
     * @param index the question's index in the job
     * @param part a narrower selector
     */
    default void part(int index, Selector part, Answer.Value value) {}
  }
}
