package dev.arda.bench;

import java.nio.file.Path;
import java.util.List;

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
    measureJava(bench, rounds);
    for (Side side : bench.sides()) {
      var fleet = FleetFlake.create(side, bench.options().fleet(), "cached");
      measure(bench, side, fleet.directory(), "clean tree", rounds);
      fleet.edit(1);
      measure(bench, side, fleet.directory(), "edited tree", bench.options().times(7, 2));
    }
  }

  /** What any Java program takes to start and to end says how fast the machine is at this. */
  private static void measureJava(Bench bench, int rounds) throws Exception {
    Side side = bench.sides().getFirst();
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command = List.of(java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-version");
    var samples = Bench.inTurn(rounds, _ -> side.run(side.work(), command).nanos());
    bench
        .report()
        .add(
            Row.figure(
                1,
                "`java -version`, for comparison",
                Row.ANY,
                samples.getFirst().median(),
                "ms",
                Double.POSITIVE_INFINITY));
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
