package dev.arda.nix.user;

/**
 * A file that differs between two generations.
 *
 * @param path below the home directory
 * @param kind how it differs
 */
public record FileChange(String path, Kind kind) {

  /** How a file differs. */
  public enum Kind {
    /** Only the new generation has it. */
    ADDED,
    /** Only the old generation has it. */
    REMOVED,
    /** Both have it, with other contents. */
    CHANGED
  }
}
