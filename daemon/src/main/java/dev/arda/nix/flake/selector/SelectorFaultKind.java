package dev.arda.nix.flake.selector;

import java.util.Locale;

/** What can be wrong with the text of a selector. */
public enum SelectorFaultKind {
  /** A quoted name does not end. */
  UNCLOSED_QUOTE,
  /** A set does not end. */
  UNCLOSED_SET,
  /** A backslash has nothing to escape. */
  DANGLING_ESCAPE,
  /** Something other than a dot follows {@code *} or a set. */
  DOT_EXPECTED,
  /** A name ends in {@code ?}. */
  NAME_ENDS_IN_QUESTION_MARK,
  /** A quote follows the {@code ?} of an optional step. */
  QUOTE_AFTER_QUESTION_MARK,
  /** A set names {@code outPath}. */
  OUT_PATH_IN_SET,
  /** The text is longer than a selector may be, as it stands or in canonical form. */
  TOO_LONG,
  /** The text is not valid Unicode. */
  UNPAIRED_SURROGATE;

  /** Its name in the metadata of an error: lower case, with dashes. */
  public String metadataName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
