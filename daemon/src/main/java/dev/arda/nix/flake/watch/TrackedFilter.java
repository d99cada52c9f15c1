package dev.arda.nix.flake.watch;

import java.nio.file.Path;

/**
 * The tracked files of a checkout. A directory without tracked files is not even watched, so build
 * output neither costs watches nor recomputation: {@code git add} changes the index first.
 *
 * <p>{@code .gitattributes} counts even when untracked, since git applies it to the files beside
 * it.
 *
 * @param unit the repository
 * @param tracked what its index names
 */
record TrackedFilter(GitUnit unit, TrackedFiles tracked) implements RegionFilter {

  @Override
  public Effect effect(String directory, Path name) {
    String text = name.toString();
    if (directory.isEmpty() && (text.equals(".git") || text.equals(".gitmodules"))) {
      return Effect.STRUCTURE;
    }
    if (text.equals(".gitattributes")) {
      return Effect.COUNTS;
    }
    if (!tracked.names(directory).contains(text)) {
      return Effect.NONE;
    }
    return tracked.submodules().contains(RegionFilter.child(directory, name))
        ? Effect.STRUCTURE
        : Effect.COUNTS;
  }

  @Override
  public boolean descends(String directory, Path name) {
    return tracked.isDirectory(RegionFilter.child(directory, name));
  }

  @Override
  public boolean countsDirectoryTimes() {
    return false;
  }
}
