package dev.arda.bench;

import java.util.Arrays;

/** Durations that were measured, in milliseconds; at least one. */
final class Samples {

  private final double[] sorted;

  private Samples(double[] sorted) {
    Arrays.sort(sorted);
    this.sorted = sorted;
  }

  /** From nanoseconds. */
  static Samples ofNanos(long[] nanos) {
    return new Samples(Arrays.stream(nanos).mapToDouble(n -> n / 1e6).toArray());
  }

  int count() {
    return sorted.length;
  }

  double median() {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The smallest sample that at least this part of all does not exceed. */
  double quantile(double part) {
    return sorted[Math.clamp((long) Math.ceil(part * sorted.length) - 1, 0, sorted.length - 1)];
  }

  double max() {
    return sorted[sorted.length - 1];
  }

  /** A duration with as many digits as mean something. */
  static String show(double milliseconds) {
    String format = milliseconds < 1 ? "%.3f ms" : milliseconds < 10 ? "%.2f ms" : "%.0f ms";
    return format.formatted(milliseconds);
  }
}
