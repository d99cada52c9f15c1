package dev.arda.client;

import java.time.Duration;

/**
 * A moment until which something may take. One is made at the outermost step and handed down; each
 * level gives its callee a little less ({@link #inner}), so that the innermost step is the one that
 * runs out of time and can say what it was waiting for.
 */
public final class Deadline {

  private static final long STEP_NANOS = Duration.ofMillis(100).toNanos();

  private final long endNanos;

  private Deadline(long endNanos) {
    this.endNanos = endNanos;
  }

  /** A deadline so far from now. */
  public static Deadline after(Duration duration) {
    return new Deadline(System.nanoTime() + duration.toNanos());
  }

  /** What is left, at least zero, in nanoseconds. */
  public long remainingNanos() {
    return Math.max(0, endNanos - System.nanoTime());
  }

  /** Whether nothing is left. */
  public boolean hasPassed() {
    return remainingNanos() == 0;
  }

  /**
   * The deadline for a step of the caller: 100 ms earlier, or half of what is left if that is more.
   */
  public Deadline inner() {
    long remaining = remainingNanos();
    return new Deadline(endNanos - Math.min(STEP_NANOS, remaining / 2));
  }

  /**
   * The deadline for an attempt that must leave time for another: half of what is left, at most
   * {@code limit}.
   */
  public Deadline half(Duration limit) {
    return new Deadline(System.nanoTime() + Math.min(remainingNanos() / 2, limit.toNanos()));
  }
}
