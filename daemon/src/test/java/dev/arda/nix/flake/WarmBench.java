package dev.arda.nix.flake;

import dev.arda.nix.flake.eval.Evaluator.Priority;
import dev.arda.nix.flake.eval.PoolLimits;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Measures what a new question costs, with a warm evaluator and with a new process, for each Nix of
 * {@code ARDA_TEST_NIX}. The value is a fix point over 1,000 modules that define 1,500 options.
 */
public final class WarmBench {

  private static final String HOST =
      """
      { config = let
          optionCount = 1500;
          option = n: "opt${toString (n - optionCount * (n / optionCount))}";
          modules = builtins.genList (m: config: builtins.listToAttrs (builtins.genList (k: {
            name = option (m * 7 + k * 13); value = m + k + (if m > 990 && k > 98 then config.opt3 else 0); }) 100)) 1000;
          config = builtins.zipAttrsWith (name: definitions: { inherit name; sum = builtins.foldl' (a: b: a + b) 0 definitions; })
            (map (module: module { opt3 = 1; }) modules);
        in config; }
      """;

  private WarmBench() {}

  /** Prints a line for each Nix. */
  public static void main(String[] arguments) {
    PrintStream out = System.out;
    out.println(
        "| Nix | bind | first question | new question p50 | p99 | new process p50 | ratio | RSS |");
    out.println("|---|---|---|---|---|---|---|---|");
    for (Path nix : NixSandbox.programs()) {
      try (var warm =
          new WarmFlakes(
              nix, PoolLimits.forMachine(Runtime.getRuntime().availableProcessors(), 8L << 30))) {
        out.println(measure(warm));
        out.println(fleet(warm));
      }
    }
  }

  private static String measure(WarmFlakes warm) {
    CallContext context = warm.flake("f", HOST);
    LockedFlake flake = warm.lock(context);
    // What is asked of a program once, and the JVM's own warming.
    warm.ask(warm.oneShot, warm.job(context, flake, Priority.INTERACTIVE, "config.opt1.sum"));
    long bind =
        time(() -> warm.pool.prepare(warm.job(context, flake, Priority.INTERACTIVE, "config")));
    long first = time(() -> ask(warm, context, flake, 2));
    long[] warmTimes = new long[1400];
    for (int i = 0; i < warmTimes.length; i++) {
      int option = i + 10;
      warmTimes[i] = time(() -> ask(warm, context, flake, option));
      if (warm.cold() && i == 19) {
        warmTimes = Arrays.copyOf(warmTimes, 20);
        break;
      }
    }
    long[] coldTimes = new long[20];
    for (int i = 0; i < coldTimes.length; i++) {
      String selector = "config.opt" + (i + 20) + ".sum";
      coldTimes[i] =
          time(() ->
              warm.ask(warm.oneShot, warm.job(context, flake, Priority.INTERACTIVE, selector)));
    }
    // The first thousand questions also warm up the JVM.
    long[] settled =
        warmTimes.length > 500 ? Arrays.copyOfRange(warmTimes, 400, warmTimes.length) : warmTimes;
    double warmMedian = quantile(settled, 0.5);
    double coldMedian = quantile(coldTimes, 0.5);
    String version =
        warm.sandbox.run(warm.sandbox.work(), warm.sandbox.nix().toString(), "--version").strip();
    return "| %s | %.0f ms | %.0f ms | %.2f ms | %.2f ms | %.0f ms | 1/%.0f | %d MiB |"
        .formatted(
            version,
            bind / 1e6,
            first / 1e6,
            warmMedian,
            quantile(settled, 0.99),
            coldMedian,
            coldMedian / warmMedian,
            warm.pool.status().stream().mapToLong(status -> status.residentBytes()).sum() >> 20);
  }

  /** Fifty hosts that have nothing in common, from nothing. */
  private static String fleet(WarmFlakes warm) {
    CallContext context =
        warm.flake(
            "fleet",
            """
            { hosts = builtins.listToAttrs (builtins.genList (h: { name = "host${toString h}"; value.config.n =
                builtins.foldl' (a: b: a + b) h (builtins.genList (x: x * h) 300000); }) 50); }
            """);
    LockedFlake flake = warm.lock(context);
    var job = warm.job(context, flake, Priority.INTERACTIVE, "hosts.*.config.n");
    long alone = time(() -> warm.ask(warm.oneShot, job));
    long together = time(() -> warm.ask(warm.pool, job));
    return "| | fleet of 50, cold: one process %.0f ms, evaluators %.0f ms, ratio %.2f |||||||"
        .formatted(alone / 1e6, together / 1e6, (double) together / alone);
  }

  private static void ask(WarmFlakes warm, CallContext context, LockedFlake flake, int option) {
    List<String> said = warm.ask(context, flake, "config.opt" + option + ".sum");
    if (!said.getFirst().matches("[0-9]+")) {
      throw new IllegalStateException(said.getFirst());
    }
  }

  private static long time(Runnable work) {
    long began = System.nanoTime();
    work.run();
    return System.nanoTime() - began;
  }

  private static double quantile(long[] times, double part) {
    long[] sorted = times.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1L, Math.round(part * sorted.length))] / 1e6;
  }
}
