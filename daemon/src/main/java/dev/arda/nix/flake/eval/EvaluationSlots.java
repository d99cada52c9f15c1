package dev.arda.nix.flake.eval;

import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.ProgressListener;
import java.util.concurrent.Semaphore;

/** Limits how many evaluations run at a time; those that wait are served in order of arrival. */
public final class EvaluationSlots {

  private final Semaphore slots;

  /**
   * Room for a number of evaluations.
   *
   * @param count at least 1
   */
  public EvaluationSlots(int count) {
    this.slots = new Semaphore(count, true);
  }

  /** One for each processor, two at least: an evaluation uses one processor. */
  public static EvaluationSlots perProcessor() {
    return new EvaluationSlots(Math.max(2, Runtime.getRuntime().availableProcessors()));
  }

  /**
   * Waits for a slot; closing the result frees it.
   *
   * @param progress hears that there is a queue
   * @throws InterruptedException if the thread was interrupted while it waited
   */
  Slot acquire(ProgressListener progress) throws InterruptedException {
    // The untimed tryAcquire would jump the queue.
    if (!slots.tryAcquire(0, java.util.concurrent.TimeUnit.NANOSECONDS)) {
      progress.progress(
          new NixProgress(
              NixProgress.Phase.WAITING, "waiting for other evaluations to finish", 0, 0));
      slots.acquire();
    }
    return slots::release;
  }

  /** A slot that is taken. */
  interface Slot extends AutoCloseable {
    @Override
    void close();
  }
}
