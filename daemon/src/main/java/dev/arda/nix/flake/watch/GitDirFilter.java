package dev.arda.nix.flake.watch;

import java.nio.file.Path;
import java.util.Set;

/**
 * The parts of a git directory that decide what the checkout is: HEAD, index, references,
 * configuration and attributes (gitrepository-layout(5)). What is known not to matter is named;
 * everything else counts.
 *
 * @param unit the repository
 * @param common this is the directory shared by linked worktrees, and the unit is such a worktree:
 *     index and HEAD here belong to another checkout
 */
record GitDirFilter(GitUnit unit, boolean common) implements RegionFilter {
  private static final Set<String> IRRELEVANT =
      Set.of(
          "AUTO_MERGE",
          "BISECT_LOG",
          "BISECT_NAMES",
          "BISECT_START",
          "BISECT_TERMS",
          "CHERRY_PICK_HEAD",
          "COMMIT_EDITMSG",
          "FETCH_HEAD",
          "MERGE_HEAD",
          "MERGE_MODE",
          "MERGE_MSG",
          "MERGE_RR",
          "ORIG_HEAD",
          "REBASE_HEAD",
          "REVERT_HEAD",
          "SQUASH_MSG",
          "TAG_EDITMSG",
          "branches",
          "description",
          "fsmonitor--daemon",
          "fsmonitor--daemon.ipc",
          "gc.log",
          "gc.pid",
          "hooks",
          "lfs",
          "logs",
          "modules",
          "objects",
          "rebase-apply",
          "rebase-merge",
          "rr-cache",
          "sequencer",
          "worktrees");

  @Override
  public Effect effect(String directory, Path name) {
    String text = name.toString();
    if (text.endsWith(".lock")) {
      return Effect.NONE; // git forbids such references; the lock is renamed when it is complete
    }
    if (!directory.isEmpty()) {
      return directory.equals("info") && text.equals("exclude") ? Effect.NONE : Effect.COUNTS;
    }
    return switch (text) {
      case "index" -> common ? Effect.NONE : Effect.INDEX;
      case "HEAD" -> common ? Effect.NONE : Effect.COUNTS;
      case "commondir", "config", "config.worktree" -> Effect.STRUCTURE;
      default -> IRRELEVANT.contains(text) ? Effect.NONE : Effect.COUNTS;
    };
  }

  @Override
  public boolean descends(String directory, Path name) {
    if (directory.isEmpty()) {
      String text = name.toString();
      return text.equals("refs") || text.equals("info") || text.equals("reftable");
    }
    return !directory.equals("info");
  }

  @Override
  public boolean countsDirectoryTimes() {
    return false;
  }
}
