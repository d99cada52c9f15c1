package dev.arda.client.cli.view;

import java.util.ArrayDeque;

/** How quickly a sum grows, over the last five seconds in which it was told. Not thread-safe. */
final class Rate {

  private static final long WINDOW_MILLIS = 5_000;

  private record Sample(long millis, long sum) {}

  private final ArrayDeque<Sample> samples = new ArrayDeque<>();

  /** The sum at a moment; moments never go back. */
  void add(long millis, long sum) {
    samples.addLast(new Sample(millis, sum));
    while (samples.size() > 2 && samples.getFirst().millis < millis - WINDOW_MILLIS) {
      samples.removeFirst();
    }
  }

  /** Growth in a second; 0 while there is too little to say it from. */
  long perSecond() {
    if (samples.size() < 2) {
      return 0;
    }
    long time = samples.getLast().millis - samples.getFirst().millis;
    long growth = samples.getLast().sum - samples.getFirst().sum;
    return time <= 0 || growth <= 0 ? 0 : growth * 1_000 / time;
  }
}
