package dev.arda.nix.flake.watch;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an index names, as a tree.
 *
 * @param entries for each directory that holds tracked files at any depth (empty: the root), the
 *     names of its tracked files and of its sub-directories that are such directories
 * @param submodules paths of submodules
 * @param unknown why the index could not be understood; everything counts then
 */
record TrackedFiles(
    Map<String, Set<String>> entries, Set<String> submodules, Optional<String> unknown) {

  static TrackedFiles unknown(String reason) {
    return new TrackedFiles(Map.of(), Set.of(), Optional.of(reason));
  }

  /** Names in a directory that matter. */
  Set<String> names(String directory) {
    return entries.getOrDefault(directory, Set.of());
  }

  /** Whether a path is a directory with tracked files. */
  boolean isDirectory(String path) {
    return entries.containsKey(path);
  }
}
