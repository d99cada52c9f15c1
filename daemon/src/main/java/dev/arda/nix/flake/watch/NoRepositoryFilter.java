package dev.arda.nix.flake.watch;

import java.nio.file.Path;

/** A checkout without a repository, such as a submodule before its first update. */
record NoRepositoryFilter() implements RegionFilter {

  @Override
  public Effect effect(String directory, Path name) {
    return directory.isEmpty() && name.toString().equals(".git") ? Effect.STRUCTURE : Effect.NONE;
  }

  @Override
  public boolean descends(String directory, Path name) {
    return false;
  }

  @Override
  public boolean countsDirectoryTimes() {
    return false;
  }
}
