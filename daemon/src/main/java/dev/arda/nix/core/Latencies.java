package dev.arda.nix.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long something took each time, counted in classes of {@link #BOUNDS}. Recording costs two
 * additions and no lock. Safe for many threads.
 */
public final class Latencies {

  /** The longest times of all classes but the last, which has no longest. */
  public static final List<Duration> BOUNDS =
      List.of(
          Duration.ofNanos(100_000),
          Duration.ofNanos(250_000),
          Duration.ofNanos(500_000),
          Duration.ofMillis(1),
          Duration.ofNanos(2_500_000),
          Duration.ofMillis(5),
          Duration.ofMillis(10),
          Duration.ofMillis(25),
          Duration.ofMillis(50),
          Duration.ofMillis(100),
          Duration.ofMillis(250),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofMillis(2_500),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          Duration.ofSeconds(300));

  private static final long[] NANOS = BOUNDS.stream().mapToLong(Duration::toNanos).toArray();

  private final LongAdder[] classes = new LongAdder[NANOS.length + 1];
  private final LongAdder total = new LongAdder();

  /** Nothing happened yet. */
  public Latencies() {
    for (int i = 0; i < classes.length; i++) {
      classes[i] = new LongAdder();
    }
  }

  /**
   * Something happened.
   *
   * @param nanos how long it took; what is negative counts as nothing
   */
  public void record(long nanos) {
    int i = 0;
    while (i < NANOS.length && nanos > NANOS[i]) {
      i++;
    }
    classes[i].increment();
    total.add(Math.max(0, nanos));
  }

  /** What was recorded so far. */
  public Snapshot snapshot() {
    var counts = new ArrayList<Long>(classes.length);
    for (LongAdder adder : classes) {
      counts.add(adder.sum());
    }
    return new Snapshot(counts, total.sum());
  }

  /**
   * What was recorded up to a moment.
   *
   * @param counts how often a time fell into each class of {@link #BOUNDS} and above, not cumulated
   * @param nanos all times together
   */
  public record Snapshot(List<Long> counts, long nanos) {

    /** Nothing. */
    public static final Snapshot EMPTY = new Latencies().snapshot();

    /** Copies the list. */
    public Snapshot {
      counts = List.copyOf(counts);
    }

    /** How often something happened. */
    public long count() {
      return counts.stream().mapToLong(Long::longValue).sum();
    }
  }
}
