package dev.arda.nix.flake.eval;

import java.time.Duration;

/**
 * How much a pool of evaluators may take.
 *
 * @param evaluators the greatest number of processes; at least 2, so that one can be kept for those
 *     who wait
 * @param totalMemory resident bytes of all together, above which idle ones are ended
 * @param evaluatorMemory resident bytes of one, above which it serves no more, also in the middle
 *     of a question
 * @param idle how long one is kept that nobody asks
 * @param abandoned how long a question goes on that nobody waits for any more
 * @param patience how long to wait for an evaluator that knows the flake before another is started
 * @param start how long a start may take
 * @param spare how long one is kept that was started in advance for nothing
 */
public record PoolLimits(
    int evaluators,
    long totalMemory,
    long evaluatorMemory,
    Duration idle,
    Duration abandoned,
    Duration patience,
    Duration start,
    Duration spare) {

  /** Checks the number. */
  public PoolLimits {
    if (evaluators < 2) {
      throw new IllegalArgumentException("fewer than 2 evaluators: " + evaluators);
    }
  }

  /**
   * One evaluator for each processor and one for those who wait; a quarter of the memory.
   *
   * @param processors how many processors there are
   * @param memory bytes of memory that the machine has
   */
  public static PoolLimits forMachine(int processors, long memory) {
    return new PoolLimits(
        Math.max(2, processors + 1),
        memory / 4,
        memory / 4,
        Duration.ofMinutes(30),
        Duration.ofMillis(1500),
        Duration.ofMillis(100),
        Duration.ofSeconds(60),
        Duration.ofMinutes(1));
  }

  /** What suits this machine. */
  public static PoolLimits ofMachine() {
    return forMachine(Runtime.getRuntime().availableProcessors(), machineMemory());
  }

  /** Bytes of memory that this machine has. */
  static long machineMemory() {
    return java.lang.management.ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory() * 4;
  }
}
