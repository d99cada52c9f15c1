package dev.arda.nix.core.build;

/** Something that goes on and counts. */
sealed interface Activity {
  /** All that is to be built and fetched. */
  record Realise() implements Activity {}

  /** All builds. */
  record Builds() implements Activity {}

  /** All downloads. */
  record Downloads() implements Activity {}

  /** A build; {@code outer} unless it is told by the machine that it runs on. */
  record Build(String drvPath, boolean outer) implements Activity {}

  /** A download, or the fetching of a source. */
  record Download(String path, String store) implements Activity {}

  /** The copying that a download consists of. */
  record Unpacking(String path) implements Activity {}

  /** Several copies between stores. */
  record Copies(long id) implements Activity {}

  /** A copy between stores. */
  record Copy(String path) implements Activity {}
}
