package dev.arda.bench;

import java.nio.file.Path;

/**
 * The first question after a file of the flake was changed, which takes an evaluation of the host.
 */
final class AfterEdit implements Bench.Section {

  private static final double LIMIT = 1.25;

  @Override
  public int number() {
    return 3;
  }

  @Override
  public String title() {
    return "first question after an edit";
  }

  @Override
  public void measure(Bench bench) throws Exception {
    String question = FleetFlake.option(FleetFlake.EDITED, "site.revision");
    for (Side side : bench.sides()) {
      var fleet = FleetFlake.create(side, bench.options().fleet(), "edited");
      Path flake = fleet.directory();
      var _ = side.select(flake, question);
      var _ = side.nixEval(flake, question);
      int[] revision = {0};
      var samples =
          Bench.inTurn(
              bench.options().times(9, 3),
              _ -> {
                fleet.edit(++revision[0]);
                var run = side.select(flake, question);
                FleetFlake.same(question, run.output(), Integer.toString(revision[0]));
                return run.nanos();
              },
              _ -> {
                fleet.edit(++revision[0]);
                var run = side.nixEval(flake, question);
                FleetFlake.same(question, Integer.toString(revision[0]), run.output());
                return run.nanos();
              });
      bench
          .report()
          .add(
              Row.ratio(
                  3,
                  "first value after an edit, RPC",
                  side.version(),
                  samples.get(0),
                  "`nix eval`",
                  samples.get(1),
                  LIMIT));
    }
  }
}
