package dev.arda.nix.flake.eval;

import dev.arda.nix.flake.eval.Evaluator.Outcome;
import dev.arda.nix.flake.eval.WarmEvaluator.NotStarted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Gets the parts of a {@link FleetSplit} answered by several evaluators. The calling thread begins;
 * others join in when it has not finished after a moment, since an evaluator that knows the answers
 * already is faster than any that has to begin.
 */
final class FleetWork {

  private final List<Question> parts;
  private final AtomicInteger next = new AtomicInteger();

  /** Nothing after this part is needed any more. */
  private final AtomicInteger end;

  private final AtomicReferenceArray<Outcome> outcomes;

  FleetWork(FleetSplit split) {
    this.parts = split.parts();
    this.end = new AtomicInteger(parts.size());
    this.outcomes = new AtomicReferenceArray<>(parts.size());
  }

  /** Answers a part. */
  interface Part {
    /**
     * Answers.
     *
     * @param helper whether to take an evaluator that is not at work yet
     */
    Outcome answer(Question question, boolean helper) throws NotStarted, InterruptedException;
  }

  /**
   * The outcomes in order, up to the first that ended an evaluation.
   *
   * @param helpers how many may join in
   * @param moment after how long
   */
  List<Outcome> run(Part part, int helpers, Duration moment)
      throws NotStarted, InterruptedException {
    var done = new CountDownLatch(1);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var futures = new ArrayList<Future<?>>();
      try {
        for (int i = 0; i < helpers; i++) {
          futures.add(
              executor.submit(() -> {
                if (!done.await(moment.toNanos(), TimeUnit.NANOSECONDS)) {
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
    var result = new ArrayList<Outcome>();
    for (int i = 0; i < Math.min(parts.size(), end.get() + 1); i++) {
      result.add(outcomes.get(i));
    }
    return result;
  }

  private void work(Part part, boolean helper) throws NotStarted, InterruptedException {
    while (true) {
      int i = next.getAndIncrement();
      if (i >= parts.size() || i > end.get()) {
        return;
      }
      Outcome outcome = part.answer(parts.get(i), helper);
      outcomes.set(i, outcome);
      if (!(outcome instanceof Outcome.Answered)) {
        end.accumulateAndGet(i, Math::min);
      }
    }
  }
}
