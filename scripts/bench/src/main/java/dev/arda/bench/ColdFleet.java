package dev.arda.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** One value of every host, in a state of the flake that nothing was asked about yet. */
final class ColdFleet implements Bench.Section {

  private static final double LIMIT = 0.65;
  private static final String APPLY = "builtins.mapAttrs (_: host: host.config.system.digest)";

  @Override
  public int number() {
    return 4;
  }

  @Override
  public String title() {
    return "a cold fleet";
  }

  @Override
  public void measure(Bench bench) throws Exception {
    String question = "nixosConfigurations.*.config.system.digest";
    for (Side side : bench.sides()) {
      var fleet = FleetFlake.create(side, bench.options().fleet(), "fleet");
      Path flake = fleet.directory();
      int[] revision = {0};
      String[] answer = {""};
      var samples =
          Bench.inTurn(
              bench.options().times(5, 1),
              _ -> {
                fleet.editSite(++revision[0]);
                var run = side.select(flake, question);
                FleetFlake.same(question, run.output(), all(side, flake).output());
                return run.nanos();
              },
              _ -> {
                fleet.editSite(++revision[0]);
                var run = all(side, flake);
                answer[0] = run.output();
                return run.nanos();
              },
              _ -> {
                fleet.editSite(++revision[0]);
                return side.nixEval(flake, "shared").nanos();
              });
      double limit = side.staysWarm() ? LIMIT : Double.POSITIVE_INFINITY;
      String share =
          String.format(
              Locale.ROOT,
              "%.0f %% of the work shared",
              100 * samples.get(2).median() / samples.get(1).median());
      bench
          .report()
          .add(
              Row.ratio(
                  4,
                  fleet.size() + ", " + share + ", cold, RPC",
                  side.version(),
                  samples.get(0),
                  "one `nix eval`",
                  samples.get(1),
                  limit));
    }
  }

  private static Workspace.Run all(Side side, Path flake) throws InterruptedException {
    return side.nix(
        flake, List.of("eval", "--json", flake + "#nixosConfigurations", "--apply", APPLY));
  }
}
