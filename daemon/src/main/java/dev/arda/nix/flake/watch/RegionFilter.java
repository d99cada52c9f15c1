package dev.arda.nix.flake.watch;

import java.nio.file.Path;

/**
 * Which entries below a directory matter, and how. Has value equality, so that two layouts can be
 * compared.
 */
interface RegionFilter {

  /** What a change of an entry means. */
  enum Effect {
    /** Nothing. */
    NONE,
    /** The identity may have changed. */
    COUNTS,
    /** It may have changed, and so may the set of tracked files. */
    INDEX,
    /** It may have changed, and so may which directories and repositories matter. */
    STRUCTURE
  }

  /**
   * What a change of an entry means.
   *
   * @param directory path below the region's root with {@code /} between names; empty: the root
   * @param name name of the entry
   */
  Effect effect(String directory, Path name);

  /** Whether entries of a sub-directory may matter. */
  boolean descends(String directory, Path name);

  /** Whether the times of directories themselves are part of the source. */
  boolean countsDirectoryTimes();

  /** Path of an entry below the region's root. */
  static String child(String directory, Path name) {
    return directory.isEmpty() ? name.toString() : directory + "/" + name;
  }
}
