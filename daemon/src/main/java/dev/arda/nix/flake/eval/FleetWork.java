package dev.arda.nix.flake.eval;

import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.eval.Evaluator.Outcome;
import dev.arda.nix.flake.eval.FleetSplit.Piece;
import dev.arda.nix.flake.eval.Repl.NotStarted;
import dev.arda.nix.flake.selector.SelectorPrinter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets the parts of a {@link FleetSplit} answered by several evaluators. The calling thread begins;
 * others join in when it has not finished after a moment, since an evaluator that knows the answers
 * already is faster than any that has to begin.
 *
 * <p>Each takes a share of what is left, and smaller ones towards the end, so that all finish
 * together. A share that fails is halved until the part that fails stands alone; the others' work
 * is kept.
 */
final class FleetWork {

  private static final Logger log = LoggerFactory.getLogger(FleetWork.class);

  /** The longest share; its names become part of a question. */
  private static final int LONGEST = 100;

  private final FleetSplit split;
  private final Plan plan;
  private final ProgressListener progress;
  private final String what;

  private final ReentrantLock lock = new ReentrantLock();

  // All guarded by lock.
  private final List<Piece> pieces = new ArrayList<>();
  private int next;
  private int done;

  /** Nothing after this part is needed any more. */
  private int end;

  /**
   * Nothing is answered yet.
   *
   * @param progress hears how many parts are
   */
  FleetWork(FleetSplit split, Plan plan, ProgressListener progress) {
    this.split = split;
    this.plan = plan;
    this.progress = progress;
    this.what = "evaluating " + SelectorPrinter.print(split.whole().selector());
    this.end = split.names().size();
  }

  /**
   * How the work is shared.
   *
   * @param helpers how many may join the caller
   * @param moment after how long
   * @param even whether each gets one share, where one costs much, however small
   */
  record Plan(int helpers, Duration moment, boolean even) {}

  /** Answers some parts. */
  interface Part {
    /**
     * Answers.
     *
     * @param helper whether to take an evaluator that is not at work yet
     */
    Outcome answer(Question question, boolean helper) throws NotStarted, InterruptedException;
  }

  /** The outcomes in order: without gaps up to the first that ended an evaluation. */
  List<Piece> run(Part part) throws NotStarted, InterruptedException {
    var done = new CountDownLatch(1);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var futures = new ArrayList<Future<?>>();
      try {
        for (int i = 0; i < plan.helpers(); i++) {
          futures.add(
              executor.submit(() -> {
                if (!done.await(plan.moment().toNanos(), TimeUnit.NANOSECONDS)) {
                  work(part, true);
                }
                return null;
              }));
        }
        work(part, false);
        done.countDown();
        for (var future : futures) {
          future.get();
        }
      } catch (ExecutionException e) {
        if (e.getCause() instanceof NotStarted failure) {
          throw failure;
        }
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException(e);
      } finally {
        // Interrupts who still works; closing the executor waits for that.
        executor.shutdownNow();
      }
    }
    lock.lock();
    try {
      pieces.sort(Comparator.comparingInt(Piece::from));
      return List.copyOf(pieces);
    } finally {
      lock.unlock();
    }
  }

  /** A helper that finds no evaluator of its own shares one. */
  private static Outcome help(Part part, Question question)
      throws NotStarted, InterruptedException {
    try {
      return part.answer(question, true);
    } catch (NotStarted e) {
      log.debug("one evaluator less: {}", e.getMessage());
      return part.answer(question, false);
    }
  }

  private void work(Part part, boolean helper) throws NotStarted, InterruptedException {
    for (int[] share = claim(); share[0] < share[1]; share = claim()) {
      solve(part, helper, share[0], share[1]);
    }
  }

  /** The next share: from an index to another, equal if there is none. */
  private int[] claim() {
    lock.lock();
    try {
      int left = Math.max(0, Math.min(split.names().size(), end) - next);
      int workers = plan.helpers() + 1;
      int size =
          plan.even()
              ? Math.ceilDiv(split.names().size(), workers)
              : Math.clamp(left / (2 * workers), 1, LONGEST);
      int from = next;
      next = from + Math.min(size, left);
      return new int[] {from, next};
    } finally {
      lock.unlock();
    }
  }

  /**
   * Answers a share.
   *
   * @return whether what comes after it may still be needed
   */
  private boolean solve(Part part, boolean helper, int from, int to)
      throws NotStarted, InterruptedException {
    Question question = split.part(from, to);
    Outcome outcome = helper ? help(part, question) : part.answer(question, false);
    boolean failed = !(outcome instanceof Outcome.Answered);
    if (failed && to - from > 1) {
      int middle = (from + to) >>> 1;
      return solve(part, helper, from, middle) && solve(part, helper, middle, to);
    }
    lock.lock();
    try {
      pieces.add(new Piece(from, to, outcome));
      done += to - from;
      if (failed) {
        end = Math.min(end, from);
      }
      progress.progress(
          new NixProgress(NixProgress.Phase.EVALUATING, what, done, split.names().size()));
    } finally {
      lock.unlock();
    }
    return !failed;
  }
}
