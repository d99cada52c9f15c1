package dev.arda.daemon.operation;

import java.time.Duration;

/**
 * How much of what one node prints goes into the events: {@value #TOTAL_BYTES} bytes altogether,
 * and {@value #RATE_BYTES} in a second. Not thread-safe.
 */
final class LogClip {

  /** Bytes of one node's log that the events hold. */
  static final int TOTAL_BYTES = 2 * 1024 * 1024;

  /** Bytes of one node's log that the events get in a second, and all at once. */
  static final int RATE_BYTES = 200 * 1024;

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private long left = TOTAL_BYTES;
  private double allowance = RATE_BYTES;
  private long lastNanos;

  LogClip(long nowNanos) {
    this.lastNanos = nowNanos;
  }

  /**
   * Whether text may pass; if so it is counted.
   *
   * @param bytes its size
   * @param nowNanos a time that never runs backwards
   */
  boolean admit(int bytes, long nowNanos) {
    allowance =
        Math.min(RATE_BYTES, allowance + (double) (nowNanos - lastNanos) * RATE_BYTES / SECOND);
    lastNanos = nowNanos;
    if (bytes > left || bytes > allowance) {
      return false;
    }
    left -= bytes;
    allowance -= bytes;
    return true;
  }
}
