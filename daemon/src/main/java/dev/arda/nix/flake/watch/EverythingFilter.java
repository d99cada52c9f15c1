package dev.arda.nix.flake.watch;

import java.nio.file.Path;

/**
 * Everything matters: a {@code path:} flake, or a checkout whose index cannot be understood.
 *
 * @param exceptGit a {@code .git} directly in the root is a repository, not content
 */
record EverythingFilter(boolean exceptGit) implements RegionFilter {

  @Override
  public Effect effect(String directory, Path name) {
    return isGit(directory, name) ? Effect.STRUCTURE : Effect.COUNTS;
  }

  @Override
  public boolean descends(String directory, Path name) {
    return !isGit(directory, name);
  }

  @Override
  public boolean countsDirectoryTimes() {
    return true;
  }

  private boolean isGit(String directory, Path name) {
    return exceptGit && directory.isEmpty() && name.toString().equals(".git");
  }
}
