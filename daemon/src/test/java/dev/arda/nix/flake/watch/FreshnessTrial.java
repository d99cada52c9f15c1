package dev.arda.nix.flake.watch;

import dev.arda.nix.testing.Trees;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The long freshness trial, a program: write, then ask, one hundred thousand times by default, over
 * several settings. Ends with status 1 when any answer was stale.
 *
 * <p>Arguments: trials in all; then directories for trees, the first for cookies too, the second on
 * another file system.
 */
public final class FreshnessTrial {
  private static final int WRITERS = 4;

  private final long seed = System.nanoTime();
  private final Path base;
  private final Path other;
  private long trials;
  private long stale;

  private FreshnessTrial(Path base, Path other) {
    this.base = base;
    this.other = other;
  }

  /** Runs the trial. */
  public static void main(String[] arguments) throws Exception {
    int total = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
    Path first = Path.of(arguments.length > 1 ? arguments[1] : "/tmp");
    Path second = Path.of(arguments.length > 2 ? arguments[2] : "/dev/shm");
    Path base = Files.createTempDirectory(first, "arda-trial-").toRealPath();
    Path other = Files.createTempDirectory(second, "arda-trial-").toRealPath();
    try {
      FreshnessTrial trial = new FreshnessTrial(base, other);
      trial.run(total);
      System.out.printf("all: %d trials, %d stale%n", trial.trials, trial.stale);
      if (trial.stale > 0) {
        throw new IllegalStateException("stale answers");
      }
    } finally {
      Trees.delete(base);
      Trees.delete(other);
    }
  }

  private void run(int total) throws Exception {
    System.out.printf(
        "seed %d, %s on %s, %s on %s, %d writers%n",
        seed,
        base,
        Files.getFileStore(base).type(),
        other,
        Files.getFileStore(other).type(),
        WRITERS);
    int share = total / 100 / WRITERS;
    trees("watched, 400 directories", base, 400, share * 45, 0);
    trees("watched, other file system", other, 100, share * 30, 0);
    trees("watched, queue lossy", base, 50, share * 10, 40);
    trees("scanned, 10 directories", base, 10, share * 5, -1);
    git("git", share * 10);
  }

  private void trees(String what, Path where, int directories, int each, long sabotageMillis)
      throws Exception {
    Path place = Files.createTempDirectory(where, "part-");
    Path probe = Files.createDirectory(place.resolve("probe"));
    try (WatchHarness harness =
        new WatchHarness(Files.createTempDirectory(base, "part-"), List.of(probe))) {
      harness.faults.noQueue.set(sabotageMillis < 0);
      List<WriteThenAsk.Writer> writers =
          WriteThenAsk.trees(harness.watches, place, WRITERS, directories, 2, seed);
      CountDownLatch over = new CountDownLatch(1);
      Thread saboteur =
          Thread.ofVirtual()
              .start(() -> sabotage(harness.faults, Duration.ofMillis(sabotageMillis), over));
      report(what, WriteThenAsk.run(writers, each), harness);
      over.countDown();
      saboteur.join();
    }
    Trees.delete(place);
  }

  private void sabotage(FaultyEvents.Faults faults, Duration pause, CountDownLatch over) {
    Random random = new Random(seed);
    try {
      while (pause.isPositive() && !over.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        (random.nextInt(8) > 0 ? faults.loseNextArrival : faults.killConsumer).set(true);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void git(String what, int each) throws Exception {
    try (WatchHarness harness = new WatchHarness(Files.createTempDirectory(base, "part-"))) {
      List<WriteThenAsk.Writer> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        writers.add(
            new GitWriter(harness, harness.repository("repository" + i), new Random(seed + i)));
      }
      report(what, WriteThenAsk.run(writers, each), harness);
    }
  }

  private void report(String what, WriteThenAsk.Outcome outcome, WatchHarness harness) {
    trials += outcome.trials();
    stale += outcome.stale();
    System.out.println(what + ": " + outcome);
    System.out.println("  " + harness.watches.metrics());
    outcome.staleChanges().forEach(change -> System.out.println("  STALE after: " + change));
  }

  /** Edits, stages, commits, switches branches. */
  static final class GitWriter implements WriteThenAsk.Writer {
    private final Path repository;
    private final Random random;
    private final SourceWatch watch;
    private final AtomicLong serial = new AtomicLong();

    GitWriter(WatchHarness harness, Path repository, Random random) throws Exception {
      this.repository = repository;
      this.random = random;
      this.watch = harness.watching(new SourceSpec.GitTree(repository));
    }

    @Override
    public SourceWatch watch() {
      return watch;
    }

    @Override
    public String change() throws Exception {
      String number = Long.toString(serial.incrementAndGet());
      return switch (random.nextInt(12)) {
        case 0 -> {
          String file = "n" + number + "/deep/file.nix";
          WatchHarness.write(repository.resolve(file), number);
          WatchHarness.git(repository, "add", file);
          yield "add " + file;
        }
        case 1 -> {
          WatchHarness.write(repository.resolve("lib/a.nix"), number);
          WatchHarness.git(repository, "commit", "-q", "-a", "--allow-empty", "-m", number);
          yield "commit";
        }
        case 2 -> {
          WatchHarness.git(repository, "checkout", "-q", "-b", "b" + number);
          yield "branch";
        }
        case 3 -> {
          WatchHarness.write(repository.resolve("lib/a.nix"), number);
          WatchHarness.git(repository, "stash", "-q");
          yield "stash";
        }
        default -> {
          // A directory that was tracked only a moment ago, where there is one.
          List<Path> tracked = trackedFiles();
          Path file = tracked.get(random.nextInt(tracked.size()));
          WatchHarness.write(file, number);
          yield "edit " + file;
        }
      };
    }

    private List<Path> trackedFiles() {
      TrackedFiles tracked = GitIndex.read(repository.resolve(".git/index"));
      List<Path> files = new ArrayList<>();
      tracked
          .entries()
          .forEach((directory, names) ->
              names.stream()
                  .map(name -> directory.isEmpty() ? name : directory + "/" + name)
                  .filter(path -> !tracked.isDirectory(path))
                  .map(repository::resolve)
                  .forEach(files::add));
      return files;
    }
  }
}
