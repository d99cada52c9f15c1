package dev.arda.nix.flake.watch;

import static dev.arda.nix.flake.watch.WatchHarness.assertIgnored;
import static dev.arda.nix.flake.watch.WatchHarness.assertNoticed;
import static dev.arda.nix.flake.watch.WatchHarness.awaitWatching;
import static dev.arda.nix.flake.watch.WatchHarness.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.testing.Trees;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code path:} flakes while watched: every kind of change, and the ways a root can change. */
class PathTreeWatchTest {
  @TempDir Path temporary;

  private WatchHarness harness;
  private Path root;
  private Path outside;

  @BeforeEach
  void fill() throws Exception {
    harness = new WatchHarness(temporary);
    root = harness.directory("tree");
    outside = harness.directory("outside");
    write(root.resolve("flake.nix"), "{ }");
    write(root.resolve("a/b/c/file"), "1");
  }

  @AfterEach
  void close() {
    harness.close();
  }

  private SourceWatch watching() throws Exception {
    return harness.watching(new SourceSpec.PathTree(root));
  }

  @Test
  void barrier_nothingChanged_sameToken() throws Exception {
    SourceWatch watch = watching();

    assertIgnored(watch, "nothing", () -> {});
    assertIgnored(watch, "reading", () -> Files.readString(root.resolve("a/b/c/file")));
    assertIgnored(watch, "a file outside", () -> write(outside.resolve("f"), "1"));
  }

  @Test
  void barrier_eachKindOfChangeWhileWatched_newToken() throws Exception {
    assertEachKindOfChangeNoticed(watching());
  }

  @Test
  void barrier_eachKindOfChangeWhileScanned_newToken() throws Exception {
    harness.faults.noQueue.set(true);
    SourceWatch watch = harness.watches.of(new SourceSpec.PathTree(root));
    watch.ready().get();

    assertEachKindOfChangeNoticed(watch);
    assertThat(WatchHarness.scanReasons(watch)).isNotEmpty();
  }

  private void assertEachKindOfChangeNoticed(SourceWatch watch) throws Exception {
    Path file = root.resolve("a/b/c/file");

    assertNoticed(watch, "overwrite", () -> write(file, "2"));
    assertNoticed(watch, "same content", () -> write(file, "2"));
    FileTime time = Files.getLastModifiedTime(file);
    assertNoticed(
        watch,
        "touch -r",
        () -> {
          write(file, "3");
          Files.setLastModifiedTime(file, time);
        });
    assertNoticed(
        watch,
        "chmod",
        () -> Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x")));
    assertNoticed(watch, "create", () -> write(root.resolve("a/new"), ""));
    assertNoticed(watch, "empty directory", () -> Files.createDirectory(root.resolve("empty")));
    assertNoticed(watch, "file in it", () -> write(root.resolve("empty/f"), "1"));
    assertNoticed(watch, "nested", () -> write(root.resolve("x/y/z/f"), "1"));
    assertNoticed(watch, "in nested", () -> write(root.resolve("x/y/z/f"), "2"));
    assertNoticed(
        watch, "rename file", () -> Files.move(root.resolve("a/new"), root.resolve("x/old")));
    assertNoticed(
        watch, "rename directory", () -> Files.move(root.resolve("x/y"), root.resolve("moved")));
    assertNoticed(watch, "in renamed", () -> write(root.resolve("moved/z/f"), "3"));
    assertNoticed(watch, "made unreadable", () -> permissions("moved/z", "---------"));
    assertNoticed(watch, "made readable again", () -> permissions("moved/z", "rwxr-xr-x"));
    assertNoticed(watch, "in what was unreadable", () -> write(root.resolve("moved/z/f"), "4"));
    assertNoticed(
        watch, "move out", () -> Files.move(root.resolve("moved"), outside.resolve("moved")));
    assertNoticed(
        watch, "move in", () -> Files.move(outside.resolve("moved"), root.resolve("a/back")));
    assertNoticed(watch, "in moved in", () -> write(root.resolve("a/back/z/f"), "5"));
    assertNoticed(watch, "delete", () -> Files.delete(root.resolve("a/back/z/f")));
    assertNoticed(watch, "delete directory", () -> Files.delete(root.resolve("a/back/z")));
    assertNoticed(
        watch,
        "time of the root",
        () -> Files.setLastModifiedTime(root, FileTime.fromMillis(1_000_000)));
  }

  private void permissions(String name, String permissions) throws Exception {
    Files.setPosixFilePermissions(root.resolve(name), PosixFilePermissions.fromString(permissions));
  }

  @Test
  void barrier_directoryMovedOut_noLongerCounts() throws Exception {
    SourceWatch watch = watching();

    assertNoticed(watch, "out", () -> Files.move(root.resolve("a"), outside.resolve("a")));
    assertIgnored(watch, "in it", () -> write(outside.resolve("a/b/c/file"), "4"));
  }

  /** Nix takes the newest time of all entries, the root among them, for {@code lastModified}. */
  @Test
  void barrier_rootTouchedWhileScannedAndSettled_newToken() throws Exception {
    harness.faults.noQueue.set(true);
    SourceWatch watch = harness.watches.of(new SourceSpec.PathTree(root));
    watch.ready().get();
    awaitSettled();
    watch.barrier();
    assertIgnored(watch, "nothing", () -> {});

    assertNoticed(
        watch, "touch", () -> Files.setLastModifiedTime(root, FileTime.fromMillis(1_000_000)));
  }

  @Test
  void barrier_linkInside_countsByItsTextOnly() throws Exception {
    write(outside.resolve("target"), "1");
    Files.createSymbolicLink(root.resolve("link"), outside.resolve("target"));
    Files.createSymbolicLink(root.resolve("to-directory"), outside);
    SourceWatch watch = watching();

    assertIgnored(watch, "target of a link", () -> write(outside.resolve("target"), "2"));
    assertIgnored(watch, "below a link", () -> write(outside.resolve("other"), "2"));
    assertNoticed(
        watch,
        "retarget",
        () -> {
          Path fresh = Files.createSymbolicLink(outside.resolve("l"), Path.of("elsewhere"));
          Files.move(fresh, root.resolve("link"), StandardCopyOption.ATOMIC_MOVE);
        });
  }

  @Test
  void barrier_rootDeletedAndCreatedAgain_noticedAndWatchedAgain() throws Exception {
    SourceWatch watch = watching();

    assertNoticed(watch, "delete", () -> Trees.delete(root));
    assertThat(WatchHarness.isWatching(watch)).isFalse();
    assertNoticed(watch, "create", () -> write(root.resolve("flake.nix"), "{ }"));
    awaitWatching(watch);
    assertNoticed(watch, "write", () -> write(root.resolve("flake.nix"), "{ a = 1; }"));
  }

  @Test
  void barrier_rootOrAncestorMovedAway_noticed() throws Exception {
    root = harness.directory("parent/middle/tree");
    write(root.resolve("f"), "1");
    SourceWatch watch = watching();

    Path parent = harness.base.resolve("parent");
    Path away = harness.base.resolve("away");
    assertNoticed(watch, "ancestor moved", () -> Files.move(parent, away));
    assertThat(WatchHarness.scanReasons(watch)).isNotEmpty();
    assertNoticed(watch, "ancestor back", () -> Files.move(away, parent));
    awaitWatching(watch);
    assertNoticed(
        watch,
        "ancestor away and back",
        () -> {
          Files.move(parent, away);
          Files.move(away, parent);
        });
    awaitWatching(watch);
    assertNoticed(
        watch,
        "another in its place",
        () -> {
          Files.move(root, harness.base.resolve("old"));
          write(root.resolve("f"), "1");
        });
    awaitWatching(watch);
    assertNoticed(watch, "write in it", () -> write(root.resolve("f"), "2"));
  }

  @Test
  void barrier_rootIsLinkThatIsSwitched_noticedAndFollowed() throws Exception {
    Path other = harness.directory("other");
    write(other.resolve("flake.nix"), "{ other = 1; }");
    Path link = Files.createSymbolicLink(harness.base.resolve("current"), Path.of("tree"));
    SourceWatch watch = harness.watching(new SourceSpec.PathTree(link));

    assertNoticed(watch, "write behind the link", () -> write(root.resolve("flake.nix"), "1"));
    assertNoticed(watch, "switch", () -> relink(link, Path.of("other")));
    awaitWatching(watch);
    assertNoticed(watch, "new target", () -> write(other.resolve("flake.nix"), "2"));
    assertIgnored(watch, "old target", () -> write(root.resolve("flake.nix"), "3"));
    assertNoticed(
        watch,
        "there and back",
        () -> {
          relink(link, Path.of("tree"));
          relink(link, Path.of("other"));
        });
    assertThat(link).isSymbolicLink();
  }

  private void relink(Path link, Path target) throws Exception {
    Path fresh = Files.createSymbolicLink(outside.resolve("fresh"), target);
    Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void barrier_singleFileOrMissingRoot_isScannedExactly() throws Exception {
    Path file = root.resolve("flake.nix");
    SourceWatch single = harness.watches.of(new SourceSpec.PathTree(file));
    SourceWatch missing = harness.watches.of(new SourceSpec.PathTree(root.resolve("later")));
    single.ready().get();
    missing.ready().get();

    assertThat(WatchHarness.scanReasons(single)).singleElement().asString().contains("single file");
    assertThat(WatchHarness.scanReasons(missing))
        .singleElement()
        .asString()
        .contains("does not exist");
    assertNoticed(single, "write", () -> write(file, "2"));
    assertNoticed(missing, "create", () -> Files.createDirectory(root.resolve("later")));
    awaitWatching(missing);
    assertNoticed(missing, "in it", () -> write(root.resolve("later/f"), "2"));
  }

  @Test
  void cookies_neverLieInTheTree() throws Exception {
    SourceWatch watch = watching();
    FileTime before = Files.getLastModifiedTime(root);

    for (int i = 0; i < 50; i++) {
      watch.barrier();
    }

    assertThat(Files.getLastModifiedTime(root, LinkOption.NOFOLLOW_LINKS)).isEqualTo(before);
    assertThat(harness.runtime.resolve("cookies")).isEmptyDirectory();
    assertThat(Files.getPosixFilePermissions(harness.runtime.resolve("cookies")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void establish_afterScan_keepsTheTokenWhenNothingChanged() throws Exception {
    awaitSettled();
    harness.faults.noQueue.set(true);
    SourceWatch watch = harness.watches.of(new SourceSpec.PathTree(root));
    watch.ready().get();
    Token scanned = watch.barrier();
    harness.faults.noQueue.set(false);

    awaitWatching(watch);

    assertThat(watch.barrier()).isEqualTo(scanned);
  }

  /** Files just written may change again within the same tick. */
  private void awaitSettled() throws Exception {
    Set<Path> all = Set.of(root.resolve("flake.nix"), root.resolve("a/b/c/file"));
    long end = System.currentTimeMillis() + Scanner.TICK.toMillis() + 50;
    assertThat(all).allMatch(Files::exists);
    while (System.currentTimeMillis() < end) {
      java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
    }
  }

  @Test
  void close_releasesDirectoriesAndEndsThreads() throws Exception {
    SourceWatch first = watching();
    SourceWatch second = watching();
    int watched = harness.watches.watchedDirectories();
    assertThat(watched).isGreaterThanOrEqualTo(4);

    first.close();
    assertThat(harness.watches.watchedDirectories()).as("shared").isEqualTo(watched);
    second.close();
    assertThat(harness.watches.watchedDirectories()).isZero();
    assertThatThrownBy(second::barrier).isInstanceOf(IllegalStateException.class);

    harness.watches.close();
    assertThat(harness.faults.closed.get()).isEqualTo(harness.faults.opened.get());
    Thread[] threads = new Thread[Thread.activeCount() + 32];
    int count = Thread.enumerate(threads);
    for (int i = 0; i < count; i++) {
      if (threads[i].getName().startsWith("arda-watch")) {
        threads[i].join(5_000);
        assertThat(threads[i].isAlive()).isFalse();
      }
    }
  }
}
