package dev.arda.nix.flake.selector;

/**
 * What is unfinished at the end of a text.
 *
 * @param kind where the name stands
 * @param start offset of its first character, its quote or its {@code ?}
 * @param partial the name so far
 * @param quoted whether a quote was opened for it
 * @param joined whether it is an optional step without a dot before it
 */
record OpenName(Kind kind, int start, String partial, boolean quoted, boolean joined) {

  /** Where a name can stand. */
  enum Kind {
    /** A step. */
    STEP,
    /** An optional step. */
    OPTIONAL_STEP,
    /** In a set. */
    ENTRY,
    /** In a set, after a {@code ?}. */
    OPTIONAL_ENTRY,
    /** Nothing is unfinished: only a dot can follow. */
    NONE
  }
}
