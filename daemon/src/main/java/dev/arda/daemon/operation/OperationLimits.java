package dev.arda.daemon.operation;

import java.time.Duration;

/**
 * How much operations may take. Of those that have ended, the oldest are forgotten until what is
 * kept is within all three limits; those that go on are never forgotten.
 *
 * @param builds how many builds run at a time; the others wait
 * @param kept how many operations that have ended are kept
 * @param age how long they are kept
 * @param bytes how much their files may take together
 */
public record OperationLimits(int builds, int kept, Duration age, long bytes) {

  /** Four builds, 200 operations, 30 days, 1 GiB. */
  public static final OperationLimits DEFAULT =
      new OperationLimits(4, 200, Duration.ofDays(30), 1L << 30);

  /** Checks the numbers. */
  public OperationLimits {
    if (builds < 1 || kept < 0 || age.isNegative() || bytes < 0) {
      throw new IllegalArgumentException("limits of operations out of range");
    }
  }
}
