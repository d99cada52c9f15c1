package dev.arda.nix.types;

/** How values are written as JSON. */
public enum ValueEncoding {
  /**
   * As {@code nix eval --json} does: derivations become their output path, functions are errors.
   */
  JSON,
  /**
   * Nothing is lost: attributes are {@code {"attrs":{…}}}; derivations, functions and the like are
   * marked.
   */
  TYPED
}
