package dev.arda.daemon.freshness;

import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.testing.Trees;
import java.nio.file.Path;
import java.util.Random;

/**
 * Many write-then-ask trials with every Nix of {@code ARDA_TEST_NIX}. Arguments: number of trials,
 * seed. Ends with 1 if an answer was not what the files said.
 */
final class FreshnessTrialMain {

  private FreshnessTrialMain() {}

  public static void main(String[] arguments) throws Exception {
    int trials = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2_000;
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : new Random().nextLong();
    int wrong = 0;
    for (Path nix : NixSandbox.programs()) {
      wrong += run(nix, trials, seed);
    }
    System.exit(wrong == 0 ? 0 : 1);
  }

  /** How many answers were wrong. */
  static int run(Path nix, int trials, long seed) throws Exception {
    try (var sandbox = NixSandbox.create(nix)) {
      Path other = Trial.otherFileSystem(sandbox.work());
      try (var daemon = RealDaemon.start(sandbox.work(), other.resolve("cache"))) {
        var random = new Random(seed);
        System.out.printf(
            "%s: %d trials, seed %d%n",
            sandbox.run(sandbox.work(), nix.toString(), "--version").strip(), trials, seed);
        long began = System.nanoTime();
        var trial = new Trial(sandbox, daemon, random, System.out);
        var wrong = trial.run(new Scenarios(sandbox, random).all(other), trials);
        trial.report();
        System.out.printf(
            "%d trials in %.0f s: %d stale or wrong answers%n",
            trials, (System.nanoTime() - began) / 1e9, wrong.size());
        return wrong.size();
      } finally {
        Trees.delete(other);
      }
    }
  }
}
