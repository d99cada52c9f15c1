package dev.arda.nix.flake.watch;

/** How a source is being observed. */
public sealed interface WatchMode {

  /**
   * By events.
   *
   * @param directories watched directories
   */
  record Watching(int directories) implements WatchMode {}

  /**
   * By looking at every relevant file at each question.
   *
   * @param reason why it is not watched, as text for the user
   */
  record Scanning(String reason) implements WatchMode {}

  /** Not at all, since it cannot change. */
  record Unchanging() implements WatchMode {}
}
