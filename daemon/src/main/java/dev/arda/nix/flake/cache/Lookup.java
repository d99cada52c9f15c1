package dev.arda.nix.flake.cache;

import dev.arda.nix.flake.selector.Mismatch;
import java.util.List;

/** What a {@link SelectionTree} says to a question. */
public sealed interface Lookup {

  /**
   * The value is known.
   *
   * @param value what a fresh evaluation would give in the encoding that was asked for. Asked for
   *     {@link dev.arda.nix.types.ValueEncoding#JSON}, its {@link TypedValue#json} is a text
   */
  record Hit(TypedValue value) implements Lookup {}

  /**
   * The answer was kept as a whole, because it cannot be put together from others.
   *
   * @param answer what was kept
   */
  record Kept(WholeAnswer answer) implements Lookup {}

  /**
   * The selector does not fit the value, and a fresh evaluation would say the same.
   *
   * @param mismatch why
   * @param complete whether a {@link Mismatch.Missing} tells all names that an evaluation would; if
   *     not, it tells those that are known, and a caller that wants to suggest others may ask Nix
   */
  record Mismatched(Mismatch mismatch, boolean complete) implements Lookup {}

  /** Not known; ask Nix. */
  enum Miss implements Lookup {
    /** The only one. */
    MISS
  }

  /**
   * An answer as it was told.
   *
   * @param json UTF-8 text in the encoding that was asked for; to be read only
   * @param realisedPaths store paths that were built for it
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record WholeAnswer(byte[] json, List<String> realisedPaths) {
    /** Copies the list. */
    public WholeAnswer {
      realisedPaths = List.copyOf(realisedPaths);
    }
  }
}
