package dev.arda.nix.flake.watch;

import static dev.arda.nix.flake.watch.WatchHarness.assertIgnored;
import static dev.arda.nix.flake.watch.WatchHarness.assertNoticed;
import static dev.arda.nix.flake.watch.WatchHarness.awaitWatching;
import static dev.arda.nix.flake.watch.WatchHarness.git;
import static dev.arda.nix.flake.watch.WatchHarness.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Git flakes: what git does is noticed, what git does not track is not; watched and scanned alike.
 */
@ParameterizedClass(name = "watched: {0}")
@ValueSource(booleans = {true, false})
class GitTreeWatchTest {
  @Parameter boolean watched;

  @TempDir Path temporary;

  private WatchHarness harness;
  private Path repository;

  @BeforeEach
  void fill() throws Exception {
    harness = new WatchHarness(temporary);
    harness.faults.noQueue.set(!watched);
    repository = harness.repository("repository");
  }

  @AfterEach
  void close() {
    harness.close();
  }

  private SourceWatch watch(Path worktree) throws Exception {
    SourceWatch watch = harness.watches.of(new SourceSpec.GitTree(worktree));
    watch.ready().get();
    return again(watch);
  }

  /** After a change of structure: watched again, or scanned until the stamps are settled. */
  private SourceWatch again(SourceWatch watch) throws Exception {
    if (watched) {
      return awaitWatching(watch);
    }
    Token last = watch.barrier();
    for (Token next = watch.barrier(); !next.equals(last); next = watch.barrier()) {
      last = next;
      java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }
    assertThat(WatchHarness.scanReasons(watch)).isNotEmpty();
    return watch;
  }

  @Test
  void barrier_trackedFiles_noticed() throws Exception {
    SourceWatch watch = watch(repository);
    Path file = repository.resolve("lib/deep/b.nix");

    assertNoticed(watch, "edit", () -> write(file, "3"));
    FileTime time = Files.getLastModifiedTime(file);
    assertNoticed(
        watch,
        "touch -r",
        () -> {
          write(file, "4");
          Files.setLastModifiedTime(file, time);
        });
    assertNoticed(watch, "delete", () -> Files.delete(file));
    assertNoticed(watch, "delete directory", () -> Files.delete(file.getParent()));
    assertNoticed(watch, "create again", () -> write(file, "2"));
    assertNoticed(watch, "edit again", () -> write(file, "5"));
    assertNoticed(
        watch,
        "directory moved away",
        () -> Files.move(repository.resolve("lib"), repository.resolve("target")));
    assertNoticed(
        watch,
        "directory back",
        () -> Files.move(repository.resolve("target"), repository.resolve("lib")));
    assertNoticed(watch, "edit there", () -> write(file, "6"));
  }

  @Test
  void barrier_untrackedFiles_ignoredUntilAdded() throws Exception {
    SourceWatch watch = watch(repository);

    again(watch);
    assertIgnored(watch, "untracked file", () -> write(repository.resolve("new.nix"), "1"));
    assertIgnored(watch, "in a tracked directory", () -> write(repository.resolve("lib/x"), "1"));
    assertIgnored(watch, "ignored output", () -> write(repository.resolve("target/a/b/o"), "1"));
    assertIgnored(watch, "more of it", () -> write(repository.resolve("target/a/b/o"), "2"));
    assertIgnored(
        watch,
        "link",
        () -> Files.createSymbolicLink(repository.resolve("result"), Path.of("/nix/store/x")));
    assertNoticed(watch, "git add", () -> git(repository, "add", "new.nix"));
    assertNoticed(watch, "edit of it", () -> write(repository.resolve("new.nix"), "2"));
    write(repository.resolve("fresh/dir/f.nix"), "1");
    assertNoticed(
        watch, "git add -N", () -> git(repository, "add", "--intent-to-add", "fresh/dir/f.nix"));
    assertNoticed(watch, "edit in it", () -> write(repository.resolve("fresh/dir/f.nix"), "2"));
    assertNoticed(
        watch,
        "write, then add, in a new directory",
        () -> {
          write(repository.resolve("other/dir/f.nix"), "1");
          git(repository, "add", "other");
          write(repository.resolve("other/dir/f.nix"), "2");
        });
    assertNoticed(watch, "and edited", () -> write(repository.resolve("other/dir/f.nix"), "3"));
    assertNoticed(
        watch, "git rm --cached", () -> git(repository, "rm", "-q", "-f", "--cached", "new.nix"));
    again(watch);
    assertIgnored(watch, "no longer tracked", () -> write(repository.resolve("new.nix"), "3"));
  }

  @Test
  void barrier_gitCommands_noticed() throws Exception {
    SourceWatch watch = watch(repository);

    assertNoticed(
        watch, "commit", () -> git(repository, "commit", "-q", "--allow-empty", "-m", "empty"));
    assertNoticed(
        watch,
        "amend",
        () -> git(repository, "commit", "-q", "--amend", "--allow-empty", "-m", "other"));
    assertNoticed(watch, "new branch", () -> git(repository, "checkout", "-q", "-b", "branch"));
    write(repository.resolve("lib/a.nix"), "9");
    assertNoticed(watch, "commit -a", () -> git(repository, "commit", "-q", "-a", "-m", "second"));
    assertNoticed(watch, "checkout", () -> git(repository, "checkout", "-q", "main"));
    assertNoticed(watch, "merge", () -> git(repository, "merge", "-q", "branch"));
    assertNoticed(watch, "pack-refs", () -> git(repository, "pack-refs", "--all", "--prune"));
    assertNoticed(watch, "reset", () -> git(repository, "reset", "-q", "--soft", "HEAD~1"));
    write(repository.resolve("lib/a.nix"), "10");
    assertNoticed(watch, "stash", () -> git(repository, "stash", "-q"));
    assertNoticed(watch, "stash pop", () -> git(repository, "stash", "pop", "-q"));
    assertNoticed(watch, "detach", () -> git(repository, "checkout", "-q", "--detach"));
    assertNoticed(watch, "config", () -> git(repository, "config", "core.autocrlf", "input"));
    again(watch);
    assertNoticed(
        watch, "attributes", () -> write(repository.resolve("lib/.gitattributes"), "* text\n"));
  }

  @Test
  void barrier_aCommitThatPutsTheHeadBackWithoutTouchingFiles_noticed() throws Exception {
    git(repository, "commit", "-q", "--allow-empty", "-m", "second");
    SourceWatch watch = watch(repository);

    assertNoticed(
        watch, "update-ref", () -> git(repository, "update-ref", "refs/heads/main", "HEAD~1"));
  }

  @Test
  void barrier_repositoryWithoutIndexOrCommit_followed() throws Exception {
    Path fresh = harness.directory("fresh");
    git(fresh, "init", "--quiet");
    SourceWatch watch = watch(fresh);

    write(fresh.resolve("flake.nix"), "{ }");
    assertNoticed(watch, "first add", () -> git(fresh, "add", "."));
    assertNoticed(watch, "edit", () -> write(fresh.resolve("flake.nix"), "{ a = 1; }"));
    assertNoticed(watch, "first commit", () -> git(fresh, "commit", "-q", "-m", "first"));
  }

  @Test
  void barrier_repositoryDeletedAndMadeAgain_noticed() throws Exception {
    SourceWatch watch = watch(repository);
    Path dotGit = repository.resolve(".git");

    assertNoticed(watch, "hidden", () -> Files.move(dotGit, harness.base.resolve("hidden")));
    assertNoticed(watch, "back", () -> Files.move(harness.base.resolve("hidden"), dotGit));
    again(watch);
    assertNoticed(watch, "edit", () -> write(repository.resolve("lib/a.nix"), "7"));
  }

  @Test
  void barrier_linkedWorktree_followsItsOwnHeadAndIndex() throws Exception {
    Path linked = harness.base.resolve("linked");
    git(repository, "worktree", "add", "-q", "-b", "side", linked.toString());
    SourceWatch watch = watch(linked);

    assertIgnored(watch, "edit in the main one", () -> write(repository.resolve("lib/a.nix"), "5"));
    assertIgnored(watch, "add in the main one", () -> git(repository, "add", "lib/a.nix"));
    assertNoticed(watch, "edit", () -> write(linked.resolve("lib/a.nix"), "6"));
    assertNoticed(watch, "add", () -> git(linked, "add", "lib/a.nix"));
    assertNoticed(watch, "commit", () -> git(linked, "commit", "-q", "-m", "side"));
    assertNoticed(
        watch,
        "branch moved from the main one",
        () -> git(repository, "update-ref", "refs/heads/side", "main"));
    assertNoticed(watch, "pointer file", () -> write(linked.resolve(".git"), "gitdir: /nowhere\n"));
  }

  @Test
  void barrier_submodule_countsWithItsOwnTree() throws Exception {
    Path library = harness.repository("library");
    git(repository, "submodule", "--quiet", "add", library.toString(), "modules/library");
    git(repository, "commit", "-q", "-m", "submodule");
    SourceWatch watch = watch(repository);
    Path inside = repository.resolve("modules/library");

    assertNoticed(watch, "edit in it", () -> write(inside.resolve("lib/a.nix"), "4"));
    again(watch);
    assertIgnored(watch, "untracked in it", () -> write(inside.resolve("scratch"), "4"));
    assertNoticed(watch, "add in it", () -> git(inside, "add", "scratch"));
    assertNoticed(watch, "commit in it", () -> git(inside, "commit", "-q", "-a", "-m", "deep"));
    assertNoticed(
        watch,
        "submodule update",
        () -> git(repository, "submodule", "--quiet", "update", "--force"));
    again(watch);
    assertNoticed(
        watch, "deinit", () -> git(repository, "submodule", "--quiet", "deinit", "-f", "--all"));
    again(watch);
    assertNoticed(watch, "init", () -> git(repository, "submodule", "--quiet", "update", "--init"));
    again(watch);
    assertNoticed(watch, "edit again", () -> write(inside.resolve("lib/a.nix"), "5"));
  }

  @Test
  void barrier_splitIndexOrStrangeName_everythingCounts() throws Exception {
    SourceWatch watch = watch(repository);

    assertNoticed(watch, "split", () -> git(repository, "update-index", "--split-index"));
    again(watch);
    assertNoticed(watch, "untracked now counts", () -> write(repository.resolve("new"), "1"));
    assertNoticed(watch, "deep too", () -> write(repository.resolve("target/a/b"), "1"));
    assertNoticed(watch, "joined", () -> git(repository, "update-index", "--no-split-index"));
    again(watch);
    assertIgnored(watch, "untracked", () -> write(repository.resolve("new"), "2"));
    assertNoticed(watch, "tracked", () -> write(repository.resolve("lib/a.nix"), "2"));
  }
}
