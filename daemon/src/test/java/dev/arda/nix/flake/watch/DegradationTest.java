package dev.arda.nix.flake.watch;

import static dev.arda.nix.flake.watch.WatchHarness.assertNoticed;
import static dev.arda.nix.flake.watch.WatchHarness.awaitWatching;
import static dev.arda.nix.flake.watch.WatchHarness.scanReasons;
import static dev.arda.nix.flake.watch.WatchHarness.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever breaks: a new token, a scan, a reason in the status, and watches again afterwards. */
class DegradationTest {
  @TempDir Path temporary;

  private Path root;

  @BeforeEach
  void fill() throws Exception {
    root = Files.createDirectories(temporary.toRealPath().resolve("tree"));
    write(root.resolve("a/b/file"), "1");
  }

  private SourceSpec spec() {
    return new SourceSpec.PathTree(root);
  }

  @Test
  void realOverflowOfADirectory_isNoticedAndWatchedAgain() throws Exception {
    try (WatchHarness harness = new WatchHarness(temporary)) {
      SourceWatch watch = harness.watching(spec());
      long losses = harness.watches.metrics().losses();

      // The consumer stands still while far more than the JDK's 512 events per directory arrive,
      // among them directories it will never be told of.
      assertNoticed(
          watch,
          "storm",
          () -> {
            harness.faults.gate.drainPermits();
            for (int i = 0; i < 2_000; i++) {
              write(root.resolve("a/f" + i), "1");
            }
            write(root.resolve("a/late/deep/file"), "1");
            harness.faults.gate.release(Integer.MAX_VALUE);
          });
      assertNoticed(
          watch, "behind the overflow", () -> write(root.resolve("a/late/deep/file"), "2"));
      assertThat(harness.watches.metrics().losses()).isGreaterThan(losses);
      assertThat(harness.watches.metrics().overflows()).isPositive();
      awaitWatching(watch);
      assertNoticed(watch, "afterwards", () -> write(root.resolve("a/late/deep/file"), "3"));
    }
  }

  @Test
  void watchLimitReached_isScannedWithReason_andWatchedWhenThereIsRoom() throws Exception {
    try (WatchHarness harness = new WatchHarness(temporary)) {
      harness.faults.registrationsLeft.set(4);
      SourceWatch watch = harness.watches.of(spec());
      watch.ready().get();

      assertThat(scanReasons(watch)).singleElement().asString().contains("limit");
      assertNoticed(watch, "write", () -> write(root.resolve("a/b/file"), "2"));
      harness.faults.registrationsLeft.set(Integer.MAX_VALUE);
      awaitWatching(watch);
      assertNoticed(watch, "write", () -> write(root.resolve("a/b/file"), "3"));
    }
  }

  @Test
  void watchLimitReachedByNewDirectory_isScannedWithReason() throws Exception {
    try (WatchHarness harness = new WatchHarness(temporary)) {
      SourceWatch watch = harness.watching(spec());
      harness.faults.registrationsLeft.set(1);

      assertNoticed(watch, "new directories", () -> write(root.resolve("x/y/z/file"), "1"));
      assertThat(scanReasons(watch)).singleElement().asString().contains("limit");
      assertNoticed(watch, "write in them", () -> write(root.resolve("x/y/z/file"), "2"));
    }
  }

  @Test
  void consumerDies_isScannedAndReplaced() throws Exception {
    try (WatchHarness harness = new WatchHarness(temporary)) {
      SourceWatch watch = harness.watching(spec());

      assertNoticed(
          watch,
          "death of the thread",
          () -> {
            harness.faults.killConsumer.set(true);
            write(root.resolve("a/b/file"), "2");
          });
      assertNoticed(watch, "write", () -> write(root.resolve("a/b/file"), "3"));
      awaitWatching(watch);
      assertThat(harness.faults.opened.get()).isEqualTo(2);
      assertNoticed(watch, "write", () -> write(root.resolve("a/b/file"), "4"));
    }
  }

  @Test
  void cookieLate_isScannedWithinTheLimit() throws Exception {
    try (WatchHarness harness =
        new WatchHarness(temporary, List.of(), Duration.ofMillis(100), Duration.ofMillis(100))) {
      SourceWatch watch = harness.watching(spec());

      assertNoticed(
          watch,
          "silence",
          () -> {
            harness.faults.mute.set(true);
            write(root.resolve("a/b/file"), "2");
          });
      assertThat(scanReasons(watch)).hasSize(1);
      assertNoticed(watch, "write", () -> write(root.resolve("a/b/file"), "3"));
      assertThat(harness.watches.metrics().lateCookies()).isPositive();
      harness.faults.mute.set(false);
      awaitWatching(watch);
      assertNoticed(watch, "write", () -> write(root.resolve("a/b/file"), "4"));
    }
  }

  @Test
  void stormThatNeverEnds_isScannedForThisQuestionOnly() throws Exception {
    try (WatchHarness harness =
        new WatchHarness(temporary, List.of(), Duration.ofSeconds(1), Duration.ofMillis(50))) {
      SourceWatch watch = harness.watching(spec());
      harness.faults.endless.set(true);

      assertNoticed(watch, "write", () -> write(root.resolve("a/b/file"), "2"));
      assertThat(harness.watches.metrics().storms()).isPositive();
      assertThat(WatchHarness.isWatching(watch)).isTrue();

      harness.faults.endless.set(false);
      assertNoticed(watch, "write", () -> write(root.resolve("a/b/file"), "3"));
    }
  }

  @Test
  void cookieDirectoryDeleted_isScannedAndMadeAgain() throws Exception {
    try (WatchHarness harness = new WatchHarness(temporary)) {
      SourceWatch watch = harness.watching(spec());

      assertNoticed(
          watch,
          "no cookie directory",
          () -> {
            write(root.resolve("a/b/file"), "2");
            Files.delete(harness.runtime.resolve("cookies"));
          });
      awaitWatching(watch);
      assertNoticed(watch, "write", () -> write(root.resolve("a/b/file"), "3"));
    }
  }

  @Test
  void noQueueToBeHad_isScannedWithReason_andWatchedLater() throws Exception {
    try (WatchHarness harness = new WatchHarness(temporary)) {
      harness.faults.noQueue.set(true);
      SourceWatch watch = harness.watches.of(spec());
      watch.ready().get();

      assertThat(scanReasons(watch)).singleElement().asString().contains("inotify instances");
      assertNoticed(watch, "write", () -> write(root.resolve("a/b/file"), "2"));
      harness.faults.noQueue.set(false);
      awaitWatching(watch);
    }
  }

  @Test
  void fileSystemWithoutEvents_isScannedWithReason() throws Exception {
    try (WatchHarness harness = new WatchHarness(temporary)) {
      SourceWatch watch = harness.watches.of(new SourceSpec.PathTree(Path.of("/proc/sys/vm")));
      watch.ready().get();

      assertThat(scanReasons(watch))
          .singleElement()
          .asString()
          .contains("proc, which does not report every write");
    }
  }
}
