package dev.arda.bench;

import dev.arda.nix.flake.watch.SourceSpec;
import dev.arda.nix.flake.watch.SourceWatch;
import dev.arda.nix.flake.watch.WatchMode;
import dev.arda.nix.flake.watch.WatchSettings;
import dev.arda.nix.flake.watch.Watches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What it costs to know that nothing was written, by the size of the tree, in this process:
 * watched, with one caller; and scanned, which is what is left where there are no events.
 */
final class BarrierCost implements Bench.Section {

  /** No cookie arrives as quickly, so that every barrier falls back to a scan. */
  private static final Duration NEVER_IN_TIME = Duration.ofNanos(1);

  @Override
  public int number() {
    return 6;
  }

  @Override
  public String title() {
    return "the watch's barrier";
  }

  @Override
  public void measure(Bench bench) throws Exception {
    Side side = bench.sides().getFirst();
    for (int files : List.of(100, 1_000, 10_000)) {
      Path tree = bench.workspace().directory("tree" + files);
      for (int i = 0; i < files; i++) {
        Path file = tree.resolve("d" + i / 20 % 10 + "/e" + i / 20 + "/f" + i);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "1");
      }
      measure(bench, "path", new SourceSpec.PathTree(tree), files);
      for (List<String> step :
          List.of(
              List.of("git", "init", "-q"),
              List.of("git", "add", "."),
              List.of(
                  "git",
                  "-c",
                  "user.name=bench",
                  "-c",
                  "user.email=b@localhost",
                  "commit",
                  "-qm",
                  "1"))) {
        var _ = side.run(tree, step);
      }
      measure(bench, "git", new SourceSpec.GitTree(tree), files);
    }
  }

  private static void measure(Bench bench, String kind, SourceSpec spec, int files)
      throws Exception {
    Path runtime = bench.workspace().directory("runtime");
    String what = String.format(Locale.ROOT, "barrier, %s tree of %,d files, ", kind, files);
    int calls = bench.options().times(20_000, 2_000);
    try (var watches = Watches.open(WatchSettings.of(runtime, List.of()));
        SourceWatch watch = watches.of(spec)) {
      watch.ready().join();
      watch.barrier();
      add(
          bench,
          what + (watching(watch) ? "watched" : "scanned: " + watch.status()),
          calls(watch, calls / 2, calls));
    }
    var settings =
        new WatchSettings(
            runtime,
            List.of(),
            NEVER_IN_TIME,
            NEVER_IN_TIME,
            Duration.ofHours(1),
            Duration.ofHours(1));
    try (var watches = Watches.open(settings);
        SourceWatch watch = watches.of(spec)) {
      watch.ready().join();
      while (watching(watch)) {
        watch.barrier();
      }
      int scans = Math.clamp(bench.options().times(1_000_000, 100_000) / files, 20, 1_000);
      add(bench, what + "scanned", calls(watch, scans / 2, scans));
    }
  }

  private static boolean watching(SourceWatch watch) {
    return watch.status().stream().allMatch(part -> part.mode() instanceof WatchMode.Watching);
  }

  private static void add(Bench bench, String what, Samples samples) {
    String text =
        "p50 " + Samples.show(samples.median()) + ", p99 " + Samples.show(samples.quantile(0.99));
    bench.report().add(Row.fact(6, what, Row.ANY, text, samples.median()));
  }

  private static Samples calls(SourceWatch watch, int warmUp, int count)
      throws IOException, InterruptedException {
    for (int i = 0; i < warmUp; i++) {
      watch.barrier();
    }
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      long began = System.nanoTime();
      watch.barrier();
      nanos[i] = System.nanoTime() - began;
    }
    return Samples.ofNanos(nanos);
  }
}
