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
    /**
     * The value, asked in the typed encoding by one who wants it in JSON: a selection that JSON
     * collapses, such as all attributes of a derivation, is answered with {@link Answer.Collapsed}
     * and not evaluated further.
     */
    LEARN,
    /** The names of its attributes, without evaluating them. */
    NAMES,
    /**
     * What it is, as {@link dev.arda.nix.flake.Description} says, without evaluating its parts; a
     * value in JSON.
     */
    DESCRIBE
  }
}
