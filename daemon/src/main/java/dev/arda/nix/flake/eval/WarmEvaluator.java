package dev.arda.nix.flake.eval;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.eval.Repl.NotStarted;
import dev.arda.nix.flake.eval.ReplProtocol.Lost;
import dev.arda.nix.flake.eval.ReplProtocol.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A {@code nix repl} that is bound to one state of a flake and keeps whatever it evaluated.
 *
 * <p>One question at a time, from any thread; {@link #close} and the getters at any time.
 */
final class WarmEvaluator implements AutoCloseable {

  /** A question up to this length is written where it is used; a longer one gets a name first. */
  private static final int SHORT = 2_000;

  /** How many names are given to questions; an environment of Nix holds 32,768. */
  private static final int MOST_NAMES = 20_000;

  private final Repl repl;
  private final EvaluatorRoots.Root root;
  private final AtomicLong questions = new AtomicLong();
  private volatile long outgrew;
  private int names;

  private WarmEvaluator(Repl repl, EvaluatorRoots.Root root) {
    this.repl = repl;
    this.root = root;
  }

  /**
   * Binds a process to a state. Nothing of the flake is evaluated yet. On failure the process ends.
   *
   * @param bindingJson the state of the flake, as {@code call-flake.nix} takes it
   * @param root protects its source tree as long as the evaluator lives
   * @param limit how long this may take
   */
  static WarmEvaluator bind(Repl repl, String bindingJson, EvaluatorRoots.Root root, Duration limit)
      throws NotStarted, InterruptedException {
    boolean bound = false;
    try {
      if (!repl.tell(NixText.replBindings(bindingJson), NixText.BOUND_PROBE, limit)
          .equals("bound")) {
        throw new NotStarted("the state of the flake could not be bound", false);
      }
      bound = true;
      return new WarmEvaluator(repl, root);
    } finally {
      if (!bound) {
        repl.close();
        root.close();
      }
    }
  }

  /**
   * Asks a question.
   *
   * @param typed whether to keep what JSON has no form for
   * @param realise whether to say what the answer refers to in the store
   * @param progress hears what Nix does
   * @return a list with one answer, as {@link AnswerReader} reads it, or the failure
   * @throws InterruptedException if the thread was interrupted; the evaluation goes on: {@link
   *     #settles} or {@link #close}
   * @throws Lost if the process is gone or out of step; it is of no more use
   */
  Reply ask(Question question, boolean typed, boolean realise, ProgressListener progress)
      throws InterruptedException, Lost {
    List<String> definitions = List.of();
    String asked = NixText.replQuestion(question);
    if (asked.length() > SHORT) {
      definitions = List.of("ardaQuestion = " + asked);
      asked = "ardaQuestion";
      names++;
    }
    questions.incrementAndGet();
    Reply reply = repl.ask(definitions, NixText.replAnswer(asked, typed, realise), progress);
    // An answer may be followed by a garbage collection.
    root.await();
    return reply;
  }

  /**
   * Waits for the end of a question whose asker went away.
   *
   * @return whether it ended in time, so that another one can be asked
   */
  boolean settles(Duration limit) throws InterruptedException {
    return repl.settles(limit);
  }

  /** Whether a question can be asked. */
  boolean usable() {
    return repl.ready() && names < MOST_NAMES && !root.failed();
  }

  /** Why no more questions can be asked; empty: they can. */
  Optional<Retirement> unusable() {
    if (names >= MOST_NAMES) {
      return Optional.of(Retirement.USED_UP);
    }
    return usable() ? Optional.empty() : Optional.of(Retirement.LOST);
  }

  /** The number of the process. */
  long pid() {
    return repl.pid();
  }

  /** How many questions were asked. */
  long questions() {
    return questions.get();
  }

  /**
   * Ends it in the middle of a question, whose asker finds out why with {@link #outgrew}.
   *
   * @param resident bytes of memory that it has, which is too much
   */
  void outgrow(long resident) {
    outgrew = resident;
    repl.close();
  }

  /** Bytes of memory for which it was ended; 0 if it was not. */
  long outgrew() {
    return outgrew;
  }

  /** Ends the process at once. */
  @Override
  public void close() {
    repl.close();
    root.close();
  }
}
