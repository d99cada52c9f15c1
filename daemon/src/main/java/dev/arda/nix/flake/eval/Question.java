package dev.arda.nix.flake.eval;

import dev.arda.nix.flake.selector.Selector;

/**
 * A question to a flake.
 *
 * @param selector where to look
 * @param ask what to tell of what is found there
 */
public record Question(Selector selector, Ask ask) {

  /** What to tell. */
  public enum Ask {
    /** The value. */
    VALUE,
    /** The names of its attributes, without evaluating them. */
    NAMES
  }
}
