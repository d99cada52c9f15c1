package dev.arda.nix.flake.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Write, then ask: never "unchanged". Random changes; the seed is printed. */
class FreshnessTest {
  private static final int WRITERS = 4;
  private static final Path OTHER_FILE_SYSTEM = Path.of("/dev/shm");

  @TempDir Path temporary;

  private final long seed = System.nanoTime();

  @Test
  void barrier_fourWritersWhileWatched_isNeverStale() throws Exception {
    try (WatchHarness harness = new WatchHarness(temporary)) {
      WriteThenAsk.Outcome outcome =
          WriteThenAsk.run(
              WriteThenAsk.trees(harness.watches, harness.base, WRITERS, 100, 2, seed), 1500);

      report("watched", outcome);
      assertThat(outcome.staleChanges()).as("seed %d", seed).isEmpty();
      assertThat(outcome.spurious()).as("seed %d", seed).isLessThan(outcome.quiet() / 10 + 5);
    }
  }

  @Test
  void barrier_fourWritersWhileScanned_isNeverStale() throws Exception {
    try (WatchHarness harness = new WatchHarness(temporary)) {
      harness.faults.noQueue.set(true);

      WriteThenAsk.Outcome outcome =
          WriteThenAsk.run(
              WriteThenAsk.trees(harness.watches, harness.base, WRITERS, 10, 2, seed), 300);

      report("scanned", outcome);
      assertThat(outcome.staleChanges()).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void barrier_queueFailsAgainAndAgain_isNeverStale() throws Exception {
    try (WatchHarness harness = new WatchHarness(temporary);
        ExecutorService saboteur = Executors.newVirtualThreadPerTaskExecutor()) {
      List<WriteThenAsk.Writer> writers =
          WriteThenAsk.trees(harness.watches, harness.base, WRITERS, 20, 2, seed);
      CountDownLatch over = new CountDownLatch(1);
      Future<?> sabotage =
          saboteur.submit(() -> {
            Random random = new Random(seed);
            while (!over.await(20, java.util.concurrent.TimeUnit.MILLISECONDS)) {
              if (random.nextBoolean()) {
                harness.faults.loseNextArrival.set(true);
              } else {
                harness.faults.killConsumer.set(true);
              }
            }
            return null;
          });

      WriteThenAsk.Outcome outcome = WriteThenAsk.run(writers, 400);
      over.countDown();
      sabotage.get();

      report("sabotaged", outcome);
      assertThat(outcome.staleChanges()).as("seed %d", seed).isEmpty();
      assertThat(harness.watches.metrics().losses()).isPositive();
    }
  }

  @Test
  void barrier_cookieOnAnotherFileSystem_isNeverStale() throws Exception {
    assertThat(OTHER_FILE_SYSTEM).isDirectory();
    assertThat(Files.getFileStore(OTHER_FILE_SYSTEM)).isNotEqualTo(Files.getFileStore(temporary));
    Path trees = Files.createTempDirectory(OTHER_FILE_SYSTEM, "arda-test-");
    Path probes = Files.createDirectory(trees.resolve("probes"));
    try (WatchHarness harness = new WatchHarness(temporary, List.of(probes))) {
      List<WriteThenAsk.Writer> writers =
          WriteThenAsk.trees(harness.watches, trees, WRITERS, 50, 2, seed);
      for (WriteThenAsk.Writer writer : writers) {
        WatchHarness.awaitWatching(writer.watch());
      }

      WriteThenAsk.Outcome outcome = WriteThenAsk.run(writers, 1000);

      report("two file systems", outcome);
      assertThat(outcome.staleChanges()).as("seed %d", seed).isEmpty();
      assertThat(probes).isEmptyDirectory();
    } finally {
      Trees.delete(trees);
    }
  }

  @Test
  void ofTree_fileSystemWithoutProof_isScanned() throws Exception {
    Path tree = Files.createTempDirectory(OTHER_FILE_SYSTEM, "arda-test-");
    try (WatchHarness harness = new WatchHarness(temporary)) {
      SourceWatch watch = harness.watches.of(new SourceSpec.PathTree(tree));
      watch.ready().get();

      assertThat(WatchHarness.scanReasons(watch)).singleElement().asString().contains("no proof");
      WatchHarness.assertNoticed(
          watch, "a new file", () -> Files.writeString(tree.resolve("f"), "1"));
    } finally {
      Trees.delete(tree);
    }
  }

  /** The way callers use it: many threads, one tree, an identity memoised per token. */
  @Test
  void barrier_identityMemoisedByToken_alwaysContainsOwnWrite() throws Exception {
    Path root = Files.createDirectories(temporary.resolve("shared"));
    for (int i = 0; i < WRITERS; i++) {
      WatchHarness.write(root.resolve("d" + i + "/value"), "0");
    }
    Map<Token, List<Integer>> memo = new ConcurrentHashMap<>();
    try (WatchHarness harness = new WatchHarness(temporary);
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
      SourceWatch watch = harness.watching(new SourceSpec.PathTree(root));
      List<Future<Optional<String>>> running = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int me = i;
        running.add(
            threads.submit(() -> {
              for (int value = 1; value <= 500; value++) {
                Files.writeString(root.resolve("d" + me + "/value"), Integer.toString(value));
                Token token = watch.barrier();
                List<Integer> identity = memo.get(token);
                if (identity == null) {
                  identity = values(root);
                  memo.putIfAbsent(token, identity);
                }
                if (identity.get(me) != value) {
                  return Optional.of("wrote " + value + ", got " + identity);
                }
              }
              return Optional.empty();
            }));
      }
      for (Future<Optional<String>> future : running) {
        assertThat(future.get()).isEmpty();
      }
    }
  }

  /** A file being truncated and rewritten by its owner may be read empty. */
  private static List<Integer> values(Path root) throws IOException {
    List<Integer> values = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      String text = Files.readString(root.resolve("d" + i + "/value"));
      values.add(text.isEmpty() ? -1 : Integer.parseInt(text));
    }
    return values;
  }

  private void report(String what, WriteThenAsk.Outcome outcome) {
    System.out.println("freshness, " + what + ", seed " + seed + ": " + outcome);
  }
}
