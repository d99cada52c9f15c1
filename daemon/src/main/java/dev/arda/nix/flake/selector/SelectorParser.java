package dev.arda.nix.flake.selector;

import dev.arda.nix.types.FlakeException;

/**
 * Reads selectors.
 *
 * <p>The language is clan's, with these differences: {@code \} escapes also at the start of a name;
 * a {@code ?} after a name begins an optional step, so that {@code a?b} is {@code a.?b}; a name
 * that ends in such a {@code ?} and a quote right after a leading {@code ?} are errors. Takes time
 * and memory in proportion to the text, and does not recurse.
 */
public final class SelectorParser {

  private SelectorParser() {}

  /**
   * Reads a selector.
   *
   * @param text any text; the empty one selects the outputs themselves
   * @throws FlakeException with the reason {@code SELECTOR_INVALID} and a {@link
   *     dev.arda.nix.types.SelectorFault} if the text is not a selector, contains an unpaired
   *     surrogate, or is longer than {@link Selector#MAX_LENGTH}. Where the fault has a suggestion,
   *     that text in place of the faulty stretch removes this fault. The metadata name the kind of
   *     fault under {@code fault}, as {@link SelectorFaultKind#metadataName} gives it
   */
  public static ParsedSelector parse(String text) {
    return new SelectorScanner(text).scan().finish();
  }
}
