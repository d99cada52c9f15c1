package dev.arda.nix.flake.watch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The freshness trial: each writer has a tree of its own, so that nobody's changes hide what
 * another one's failed to cause, while all share one event queue. It changes the tree, asks, and
 * the token must differ from the one before; every so often it asks twice without a change.
 */
final class WriteThenAsk {

  /** One writer's tree. */
  interface Writer {
    SourceWatch watch();

    /** Changes something that matters and says what. */
    String change() throws Exception;
  }

  /**
   * What came out.
   *
   * @param trials questions after a change
   * @param stale those answered with "unchanged"
   * @param staleChanges what the stale ones had changed
   * @param spurious questions without a change that were answered with "changed"
   * @param quiet questions without a change
   * @param nanos durations of the questions after a change, sorted
   */
  record Outcome(
      long trials,
      long stale,
      List<String> staleChanges,
      long spurious,
      long quiet,
      List<Long> nanos) {

    String percentile(double share) {
      return nanos.isEmpty()
          ? "-"
          : "%.3f ms".formatted(nanos.get((int) ((nanos.size() - 1) * share)) / 1e6);
    }

    @Override
    public String toString() {
      return "%d trials, %d stale, %d of %d quiet questions recomputed, p50 %s, p99 %s, max %s"
          .formatted(
              trials, stale, spurious, quiet, percentile(0.5), percentile(0.99), percentile(1));
    }
  }

  private WriteThenAsk() {}

  static Outcome run(List<? extends Writer> writers, int trialsEach) throws Exception {
    List<Outcome> outcomes = new ArrayList<>();
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      List<Future<Outcome>> running = new ArrayList<>();
      for (Writer writer : writers) {
        running.add(threads.submit(() -> one(writer, trialsEach)));
      }
      for (Future<Outcome> future : running) {
        outcomes.add(future.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    return new Outcome(
        outcomes.stream().mapToLong(Outcome::trials).sum(),
        outcomes.stream().mapToLong(Outcome::stale).sum(),
        outcomes.stream().flatMap(o -> o.staleChanges().stream()).toList(),
        outcomes.stream().mapToLong(Outcome::spurious).sum(),
        outcomes.stream().mapToLong(Outcome::quiet).sum(),
        outcomes.stream().flatMap(o -> o.nanos().stream()).sorted().toList());
  }

  private static Outcome one(Writer writer, int trials) throws Exception {
    List<Long> nanos = new ArrayList<>();
    List<String> stale = new ArrayList<>();
    long spurious = 0;
    long quiet = 0;
    Token before = writer.watch().barrier();
    for (int i = 0; i < trials; i++) {
      String change = writer.change();
      long start = System.nanoTime();
      Token after = writer.watch().barrier();
      nanos.add(System.nanoTime() - start);
      if (after.equals(before)) {
        stale.add(change);
      }
      before = after;
      if (i % 8 == 0) {
        quiet++;
        Token again = writer.watch().barrier();
        if (!again.equals(before)) {
          spurious++;
        }
        before = again;
      }
    }
    return new Outcome(trials, stale.size(), stale, spurious, quiet, nanos);
  }

  /** A writer on a {@code path:} tree. */
  static Writer tree(SourceWatch watch, TreeMutator mutator) {
    return new Writer() {
      @Override
      public SourceWatch watch() {
        return watch;
      }

      @Override
      public String change() throws Exception {
        return mutator.mutate();
      }
    };
  }

  /** Some writers on trees below a directory, watched or not. */
  static List<Writer> trees(
      Watches watches, Path base, int count, int directories, int filesPerDirectory, long seed)
      throws Exception {
    List<Writer> writers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path root = base.resolve("tree" + i);
      TreeMutator mutator =
          new TreeMutator(
              root,
              base.resolve("outside" + i),
              new Random(seed + i),
              directories,
              filesPerDirectory);
      SourceWatch watch = watches.of(new SourceSpec.PathTree(root));
      watch.ready().get();
      writers.add(tree(watch, mutator));
    }
    return writers;
  }
}
