package dev.arda.nix.flake.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small parts: paths, mounts, baselines, rounds, combined watches. */
class WatchPartsTest {
  @TempDir Path temporary;

  private static Snapshot snapshot(String digest, boolean settled, long start, long end) {
    return new Snapshot(digest, settled, 1, Optional.empty(), start, end);
  }

  @Test
  void pathChain_linksAndDots_namesEveryEntryOnTheWay() throws Exception {
    Path base = temporary.toRealPath();
    Files.createDirectories(base.resolve("real/inner"));
    Files.createSymbolicLink(base.resolve("link"), Path.of("real/./inner/.."));
    Files.createSymbolicLink(base.resolve("absolute"), base.resolve("link"));

    PathChain chain = PathChain.of(base.resolve("absolute/inner"));

    assertThat(chain.target()).contains(base.resolve("real/inner"));
    assertThat(chain.links())
        .contains(
            new PathChain.Link(base, Path.of("absolute"), Optional.of(base.resolve("link"))),
            new PathChain.Link(base, Path.of("link"), Optional.of(Path.of("real/./inner/.."))),
            new PathChain.Link(base, Path.of("real"), Optional.empty()),
            new PathChain.Link(base.resolve("real"), Path.of("inner"), Optional.empty()));
  }

  @Test
  void pathChain_loopOrMissing_leadsNowhere() throws Exception {
    Path base = temporary.toRealPath();
    Files.createSymbolicLink(base.resolve("loop"), Path.of("loop"));

    assertThat(PathChain.of(base.resolve("loop")).target()).isEmpty();
    assertThat(PathChain.of(base.resolve("none/x")).target()).isEmpty();
    assertThat(PathChain.of(base.resolve("none/x")).links())
        .last()
        .satisfies(link -> assertThat(link.name()).isEqualTo(Path.of("none")));
  }

  @Test
  void mounts_table_isRead() {
    Mounts mounts =
        new Mounts(
            """
            27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
            28 27 0:30 / /home/a\\040b rw shared:7 master:1 - nfs4 server:/x rw
            29 27 0:31 / /mnt rw - tmpfs one rw
            30 29 0:32 / /mnt rw - fuse.sshfs two rw
            """);

    assertThat(mounts.covering(Path.of("/home/c")).orElseThrow().type()).isEqualTo("ext4");
    assertThat(mounts.covering(Path.of("/home/a b/c")).orElseThrow().type()).isEqualTo("nfs4");
    assertThat(mounts.covering(Path.of("/mnt/x")).orElseThrow().type()).isEqualTo("fuse.sshfs");
    assertThat(mounts.below(Path.of("/home"))).hasSize(1);
    assertThat(mounts.concerning(Path.of("/home/c"))).hasSize(1);
    assertThat(mounts.concerning(Path.of("/home"))).hasSize(2);
    assertThat(Mounts.read().covering(Path.of("/proc")).orElseThrow().type()).isEqualTo("proc");
  }

  @Test
  void fileSystemKind_networkAndFuse_haveNoEvents() {
    for (String type : List.of("nfs4", "cifs", "smb3", "fuse.sshfs", "fuseblk", "9p", "virtiofs")) {
      assertThat(FileSystemKind.of(type)).isEqualTo(FileSystemKind.NO_EVENTS);
    }
    assertThat(FileSystemKind.of("overlay")).isEqualTo(FileSystemKind.UNKNOWN);
    assertThat(FileSystemKind.of("ext4")).isEqualTo(FileSystemKind.LOCAL);
  }

  @Test
  void baseline_unsettledScan_isNeverConfirmed() {
    Snapshot young = snapshot("x", false, 0, 10);
    Baseline first = Baseline.after(Optional.empty(), young, 1);

    assertThat(first.confirmedBy(young)).isFalse();
    assertThat(Baseline.after(Optional.of(first), young, 2).settled()).isFalse();
    assertThat(Baseline.after(Optional.of(first), snapshot("x", true, 20, 30), 3))
        .satisfies(settled -> {
          assertThat(settled.confirmedBy(young)).isTrue();
          assertThat(settled.confirmedBy(snapshot("y", true, 0, 0))).isFalse();
        });
  }

  @Test
  void baseline_foreignClock_settlesOnlyAfterTheSameWasSeenLongEnough() {
    long tick = Scanner.COARSE_TICK.toNanos();
    Baseline first = Baseline.after(Optional.empty(), snapshot("x", false, 0, 10), 1);
    Baseline early = Baseline.after(Optional.of(first), snapshot("x", false, tick, tick + 5), 2);
    Baseline late =
        Baseline.after(Optional.of(early), snapshot("x", false, tick + 10, tick + 20), 3);

    assertThat(early.settled()).isFalse();
    assertThat(late.settled()).isTrue();
    assertThat(
            Baseline.after(Optional.of(early), snapshot("y", false, tick + 10, tick + 20), 3)
                .settled())
        .isFalse();
  }

  @Test
  void scan_entryChangedWithinATick_isNotSettled() throws Exception {
    Path file = Files.writeString(temporary.resolve("f"), "1");
    Layout layout = Layout.of(new SourceSpec.PathTree(temporary.toRealPath()));
    Instant changed = ((FileTime) Files.getAttribute(file, "unix:ctime")).toInstant();

    assertThat(scanAt(changed.plus(Scanner.TICK)).scan(layout, true).settled()).isFalse();
    assertThat(scanAt(changed.minusSeconds(60)).scan(layout, true).settled())
        .as("a change time in the future")
        .isFalse();
    // Twice the coarse tick: the stamp may happen to have no fraction of a second.
    Instant later = changed.plus(Scanner.COARSE_TICK.multipliedBy(2));
    assertThat(scanAt(later).scan(layout, true).settled()).isTrue();
    assertThat(scanAt(later).scan(layout, false).settled()).as("another's clock").isFalse();
  }

  private static Scanner scanAt(Instant now) {
    return new Scanner(() -> now, System::nanoTime);
  }

  @Test
  void sharedRounds_callersWhileOneRuns_shareTheNextRun() throws Exception {
    SharedRounds<Integer> rounds = new SharedRounds<>();
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch firstRuns = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> first =
          threads.submit(() ->
              rounds.join(() -> {
                firstRuns.countDown();
                mayEnd.await();
                return runs.incrementAndGet();
              }));
      firstRuns.await();
      List<Future<Integer>> later = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        later.add(threads.submit(() -> rounds.join(runs::incrementAndGet)));
      }
      mayEnd.countDown();
      assertThat(first.get()).isEqualTo(1);
      for (Future<Integer> future : later) {
        assertThat(future.get()).as("began after the call").isGreaterThan(1);
      }
    }
  }

  @Test
  void sharedRounds_leaderInterrupted_othersCarryOn() throws Exception {
    SharedRounds<Integer> rounds = new SharedRounds<>();
    CountDownLatch runs = new CountDownLatch(1);
    Thread leader =
        Thread.startVirtualThread(() -> {
          try {
            rounds.join(() -> {
              runs.countDown();
              new CountDownLatch(1).await();
              return 0;
            });
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        });
    runs.await();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> other = threads.submit(() -> rounds.join(() -> 7));
      leader.interrupt();
      assertThat(other.get()).isEqualTo(7);
    }
  }

  @Test
  void barrier_manyCallers_shareCookies() throws Exception {
    try (WatchHarness harness = new WatchHarness(temporary);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Path root = harness.directory("tree");
      SourceWatch watch = harness.watching(new SourceSpec.PathTree(root));
      WatchMetrics before = harness.watches.metrics();
      List<Future<Token>> all = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        all.add(threads.submit(watch::barrier));
      }
      Token token = watch.barrier();
      for (Future<Token> future : all) {
        assertThat(future.get()).isEqualTo(token);
      }
      WatchMetrics after = harness.watches.metrics();
      assertThat(after.barriers().count() - before.barriers().count()).isEqualTo(2_001);
      assertThat(after.cookies() - before.cookies()).isLessThan(1_500);
    }
  }

  @Test
  void barrier_interrupted_throwsAndHarmsNobody() throws Exception {
    try (WatchHarness harness = new WatchHarness(temporary)) {
      Path root = harness.directory("tree");
      SourceWatch watch = harness.watching(new SourceSpec.PathTree(root));
      Token before = watch.barrier();

      Thread.currentThread().interrupt();
      assertThatThrownBy(watch::barrier).isInstanceOf(InterruptedException.class);

      assertThat(watch.barrier()).isEqualTo(before);
      assertThat(WatchHarness.isWatching(watch)).isTrue();
    }
  }

  @Test
  void verify_mountAtOrBelowTheRoot_endsTheSet() throws Exception {
    Path root = Files.createDirectories(temporary.toRealPath().resolve("tree"));
    SourceSpec spec = new SourceSpec.PathTree(root);
    List<String> reasons = new ArrayList<>();
    WatchSettings settings = WatchSettings.of(temporary.resolve("runtime"), List.of());
    try (Engine engine =
        new Engine(
            () -> new JdkDirectoryEvents(FileSystems.getDefault()),
            settings,
            new WatchCounters(),
            System::nanoTime,
            (_, reason) -> reasons.add(reason))) {
      Mounts before = new Mounts("1 0 0:1 / / rw - ext4 x rw\n");
      Mounts elsewhere = new Mounts(before.text() + "2 1 0:2 / /mnt rw - ext4 x rw\n");
      Mounts below = new Mounts(before.text() + "2 1 0:2 / " + root + "/sub rw - ext4 x rw\n");
      Mounts above = new Mounts(before.text() + "2 1 0:2 / " + root.getParent() + " rw - ext4 x\n");
      WatchSet.Owner owner =
          new WatchSet.Owner() {
            @Override
            public void changed() {}

            @Override
            public void lost(WatchSet set, String reason) {
              reasons.add(reason);
            }
          };
      WatchSet set = new WatchSet(engine, spec, Layout.of(spec), before, owner);

      assertThat(set.verify(before)).isEmpty();
      assertThat(set.verify(elsewhere)).isEmpty();
      assertThat(set.verify(below)).contains("mounts changed");
      assertThat(set.verify(above)).contains("mounts changed");
      assertThat(reasons).isEmpty();
    }
  }

  @Test
  void of_fixedSource_neverChangesAndCostsNothing() throws Exception {
    try (WatchHarness harness = new WatchHarness(temporary)) {
      SourceWatch watch =
          harness.watches.of(
              new SourceSpec.All(
                  Set.of(new SourceSpec.Fixed("github:o/r"), new SourceSpec.All(Set.of()))));

      assertThat(watch.barrier()).isEqualTo(watch.barrier()).isEqualTo(new Token(List.of()));
      assertThat(watch.status())
          .extracting(WatchStatus::mode)
          .containsExactly(new WatchMode.Unchanging());
      assertThat(harness.watches.metrics().cookies()).isZero();
    }
  }

  @Test
  void localSource_directories_areTakenAsNixDoes() throws Exception {
    try (WatchHarness harness = new WatchHarness(temporary)) {
      Path repository = harness.repository("repository");
      Path plain = harness.directory("plain");
      Path link = Files.createSymbolicLink(harness.base.resolve("link"), repository.resolve("lib"));

      assertThat(LocalSource.of(plain))
          .isEqualTo(new LocalSource(new SourceSpec.PathTree(plain), plain, Optional.empty()));
      assertThat(LocalSource.of(repository).subdirectory()).isEmpty();
      assertThat(LocalSource.of(link))
          .isEqualTo(
              new LocalSource(
                  new SourceSpec.GitTree(repository),
                  repository.resolve("lib"),
                  Optional.of(Path.of("lib"))));
      assertThatThrownBy(() -> LocalSource.of(plain.resolve("none")))
          .isInstanceOf(java.io.IOException.class);
    }
  }
}
