package dev.arda.bench;

import java.nio.file.Path;

/** Whole processes that ask for a value that was asked for before. */
final class CachedValue implements Bench.Section {

  private static final double LONGEST = 160;

  @Override
  public int number() {
    return 1;
  }

  @Override
  public String title() {
    return "whole process, cached value";
  }

  @Override
  public void measure(Bench bench) throws Exception {
    int rounds = bench.options().times(21, 5);
    for (Side side : bench.sides()) {
      var fleet = FleetFlake.create(side, bench.options().fleet(), "cached");
      measure(bench, side, fleet.directory(), "clean tree: nix has it in its own cache", rounds);
      fleet.edit(1);
      measure(
          bench,
          side,
          fleet.directory(),
          "edited tree: nix has no cache",
          bench.options().times(7, 2));
    }
  }

  private void measure(Bench bench, Side side, Path flake, String state, int rounds)
      throws Exception {
    String question = FleetFlake.option("host01", "networking.hostName");
    for (int i = 0; i < 2; i++) {
      FleetFlake.same(
          question,
          side.ardaEval(flake, question).output(),
          side.nixEval(flake, question).output());
    }
    var samples =
        Bench.inTurn(
            rounds,
            _ -> side.ardaEval(flake, question).nanos(),
            _ -> side.nixEval(flake, question).nanos());
    bench
        .report()
        .add(
            Row.ratio(
                1,
                "`arda eval`, cached value, " + state,
                side.version(),
                samples.get(0),
                "`nix eval`",
                samples.get(1),
                Double.POSITIVE_INFINITY));
    bench
        .report()
        .add(
            Row.figure(
                1,
                "`arda eval`, cached value, alone",
                side.version(),
                samples.get(0).median(),
                "ms",
                LONGEST));
  }
}
