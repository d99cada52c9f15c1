package dev.arda.lsp.text;

import org.jspecify.annotations.Nullable;

/**
 * What is open at a place of a text, innermost first.
 *
 * @param outer what is open around it; null if nothing is
 * @param depth how much is open, this included
 */
record Open(Mode mode, @Nullable Open outer, int depth) {

  /** What a closing brace or the next character belongs to. */
  enum Mode {
    BRACE,
    INTERPOLATION,
    STRING,
    INDENTED,
    PATH
  }

  /** Whether the same is open; either may be nothing. */
  @SuppressWarnings("ReferenceEquality") // one object is the same all the way out
  static boolean same(@Nullable Open one, @Nullable Open other) {
    var first = one;
    var second = other;
    while (first != second) {
      if (first == null
          || second == null
          || first.depth != second.depth
          || first.mode != second.mode) {
        return false;
      }
      first = first.outer;
      second = second.outer;
    }
    return true;
  }
}
