package dev.arda.nix.core.build;

/**
 * Hears what a build does. Called by one thread at a time, the one that reads what Nix prints:
 * being slow slows the build down. Must not throw.
 */
public interface BuildLogListener {

  /** Hears nothing. */
  BuildLogListener NONE = new BuildLogListener() {};

  /** The build of a derivation is new or has changed. */
  default void build(BuildStep step) {}

  /** A transfer is new or has changed. */
  default void transfer(Transfer transfer) {}

  /** The sums have changed. */
  default void totals(BuildTotals totals) {}

  /**
   * A line was printed.
   *
   * @param drvPath the derivation whose builder printed it; empty: Nix did, or a program beside it
   * @param line without its end; may hold control characters
   */
  default void line(String drvPath, String line) {}

  /**
   * Nix warns.
   *
   * @param text without control characters; may have several lines
   */
  default void warning(String text) {}
}
