package dev.arda.nix.flake.selector;

/**
 * A stretch of a selector's text.
 *
 * @param offset code points before it
 * @param length code points in it; 0 for a place between two characters
 */
public record Span(int offset, int length) {

  /** Code points before its end. */
  public int end() {
    return offset + length;
  }
}
