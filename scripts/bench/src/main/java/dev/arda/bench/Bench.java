package dev.arda.bench;

import java.util.List;

/**
 * What a section works with.
 *
 * @param options what was asked for
 * @param report where its rows go
 * @param workspace where its files are
 * @param sides one for each Nix
 */
record Bench(Options options, Report report, Workspace workspace, List<Side> sides) {

  /** A part of the benchmark, which knows how to measure one thing. */
  interface Section {
    /** Its number in the table. */
    int number();

    /** What it measures, in a few words. */
    String title();

    /** Measures, and adds its rows to the report. */
    void measure(Bench bench) throws Exception;
  }

  /** Something to be timed; returns nanoseconds. */
  interface Timed {
    long run(int round) throws Exception;
  }

  /**
   * Runs several things in turn, as often as asked for; every other round in the opposite order, so
   * that none gains from what another has left in the caches of the machine.
   *
   * @return the samples of each
   */
  static List<Samples> inTurn(int rounds, Timed... things) throws Exception {
    long[][] nanos = new long[things.length][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < things.length; i++) {
        int thing = round % 2 == 0 ? i : things.length - 1 - i;
        nanos[thing][round] = things[thing].run(round);
      }
    }
    return java.util.Arrays.stream(nanos).map(Samples::ofNanos).toList();
  }
}
