package dev.arda.nix.flake.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What a barrier costs, a program: trees of 100, 1,000 and 10,000 files, watched and scanned,
 * {@code path:} and git, one caller and 64. One line each: setting, p50, p99. Argument: where the
 * trees are made.
 */
public final class BarrierBenchmark {
  private static final int WARM_UP = 2_000;
  private static final int CALLS = 20_000;
  private static final int FILES_PER_DIRECTORY = 20;

  private BarrierBenchmark() {}

  /** Runs the benchmark. */
  public static void main(String[] arguments) throws Exception {
    Path where = Path.of(arguments.length > 0 ? arguments[0] : "/tmp");
    System.out.printf("%-44s %10s %10s %10s%n", "setting", "p50 ms", "p99 ms", "max ms");
    for (int files : List.of(100, 1_000, 10_000)) {
      Path base = Files.createTempDirectory(where, "arda-bench-").toRealPath();
      try {
        Path tree = fill(Files.createDirectory(base.resolve("tree")), files);
        measure("path, %,d files".formatted(files), base, new SourceSpec.PathTree(tree), files);
        WatchHarness.git(tree, "init", "-q");
        WatchHarness.git(tree, "add", ".");
        WatchHarness.git(tree, "commit", "-q", "-m", "first");
        measure("git, %,d files".formatted(files), base, new SourceSpec.GitTree(tree), files);
      } finally {
        try (var all = Files.walk(base)) {
          for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(path);
          }
        }
      }
    }
  }

  private static Path fill(Path root, int files) throws IOException {
    for (int i = 0; i < files; i++) {
      int directory = i / FILES_PER_DIRECTORY;
      WatchHarness.write(root.resolve("d" + directory % 10 + "/e" + directory + "/f" + i), "1");
    }
    return root;
  }

  private static void measure(String what, Path base, SourceSpec spec, int files) throws Exception {
    try (WatchHarness harness = new WatchHarness(base)) {
      long start = System.nanoTime();
      SourceWatch watch = harness.watching(spec);
      System.out.printf(
          "%-44s %10.1f ms, %d directories%n",
          what + ", set-up",
          (System.nanoTime() - start) / 1e6,
          harness.watches.watchedDirectories());
      calls(watch, WARM_UP);
      print(what + ", watched, 1 caller", calls(watch, CALLS));
      List<Long> all = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<List<Long>>> running = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
          running.add(threads.submit(() -> calls(watch, CALLS / 64)));
        }
        for (Future<List<Long>> future : running) {
          all.addAll(future.get());
        }
      }
      print(what + ", watched, 64 callers", all);
    }
    try (WatchHarness harness = new WatchHarness(base)) {
      harness.faults.noQueue.set(true);
      SourceWatch watch = harness.watches.of(spec);
      watch.ready().get();
      int scans = Math.clamp(1_000_000 / files, 50, 1_000);
      calls(watch, scans / 2);
      print(what + ", scanned, 1 caller", calls(watch, scans));
    }
  }

  private static List<Long> calls(SourceWatch watch, int count) throws InterruptedException {
    List<Long> nanos = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      watch.barrier();
      nanos.add(System.nanoTime() - start);
    }
    return nanos;
  }

  private static void print(String what, List<Long> nanos) {
    Collections.sort(nanos);
    System.out.printf(
        "%-44s %10.3f %10.3f %10.3f%n",
        what,
        nanos.get(nanos.size() / 2) / 1e6,
        nanos.get((int) (nanos.size() * 0.99)) / 1e6,
        nanos.getLast() / 1e6);
  }
}
