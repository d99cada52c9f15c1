package dev.arda.nix.flake.watch;

import static dev.arda.nix.flake.watch.WatchHarness.assertNoticed;
import static dev.arda.nix.flake.watch.WatchHarness.awaitWatching;
import static dev.arda.nix.flake.watch.WatchHarness.scanReasons;
import static dev.arda.nix.flake.watch.WatchHarness.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes of which the kernel tells nobody who watches a directory. */
class UnseenWritesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path temporary;

  /** Asks until the answer may be another one. */
  private static void assertNoticedSoon(SourceWatch watch, Token before) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (watch.barrier().equals(before) && System.nanoTime() < end) {
      LockSupport.parkNanos(5_000_000);
    }
    assertThat(watch.barrier()).isNotEqualTo(before);
  }

  private static void writeMapped(Path file) throws Exception {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      var mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, 1);
      mapped.put(0, (byte) '9');
      mapped.force();
    }
  }

  @Test
  void aFileWithAnotherName_isLookedAtForEachQuestion_untilItHasNone() throws Exception {
    try (var harness = new WatchHarness(temporary)) {
      var root = harness.repository("tree");
      var other = harness.directory("outside").resolve("other");
      Files.createLink(other, root.resolve("lib/a.nix"));
      var watch = harness.watches.of(new SourceSpec.GitTree(root));
      watch.ready().get();
      for (int i = 0; i < 20; i++) {
        int round = i;
        assertNoticed(watch, "write " + i, () -> write(other, "round " + round));
      }
      assertThat(scanReasons(watch))
          .singleElement()
          .asString()
          .contains("lib/a.nix has another name");

      Files.delete(other);
      awaitWatching(watch);
    }
  }

  @Test
  void filesThatDoNotCount_mayHaveOtherNames() throws Exception {
    try (var harness = new WatchHarness(temporary)) {
      var root = harness.repository("tree");
      write(root.resolve("target/untracked"), "1");
      Files.createLink(root.resolve("target/other"), root.resolve("target/untracked"));
      harness.watching(new SourceSpec.GitTree(root));
    }
  }

  @Test
  void aNameThatIsGivenLater_isFoundByTheAudit() throws Exception {
    try (var harness = WatchHarness.auditing(temporary, Duration.ofMillis(20))) {
      var root = harness.repository("tree");
      var watch = harness.watching(new SourceSpec.GitTree(root));
      var other = harness.directory("outside").resolve("other");
      var before = watch.barrier();
      Files.createLink(other, root.resolve("lib/a.nix"));
      assertNoticedSoon(watch, before);
      for (int i = 0; i < 20; i++) {
        int round = i;
        assertNoticed(watch, "write " + i, () -> write(other, "round " + round));
      }
    }
  }

  @Test
  void aWriteThroughMappedMemory_isFoundByTheAudit() throws Exception {
    try (var harness = WatchHarness.auditing(temporary, Duration.ofMillis(20))) {
      var root = harness.directory("tree");
      write(root.resolve("flake.nix"), "1");
      var watch = harness.watching(new SourceSpec.PathTree(root));
      var before = watch.barrier();
      writeMapped(root.resolve("flake.nix"));
      assertNoticedSoon(watch, before);
      assertThat(WatchHarness.isWatching(watch)).isTrue();
    }
  }

  @Test
  void anAudit_doesNotDisturb() throws Exception {
    try (var harness = WatchHarness.auditing(temporary, Duration.ofMillis(1))) {
      var root = harness.repository("tree");
      var watch = harness.watching(new SourceSpec.GitTree(root));
      write(root.resolve("lib/a.nix"), "2");
      var before = watch.barrier();
      long scans = harness.watches.metrics().scans().count();
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (harness.watches.metrics().scans().count() < scans + 5 && System.nanoTime() < end) {
        assertThat(watch.barrier()).isEqualTo(before);
      }
      assertThat(harness.watches.metrics().scans().count()).isGreaterThanOrEqualTo(scans + 5);
      assertThat(WatchHarness.isWatching(watch)).isTrue();
    }
  }
}
