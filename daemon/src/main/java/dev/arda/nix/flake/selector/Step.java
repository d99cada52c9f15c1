package dev.arda.nix.flake.selector;

import java.util.List;

/**
 * One step of a selector: from a value to some of its parts. A name means an attribute if the value
 * is an attribute set, and an index if it is a list; which of the two is known only when the value
 * is.
 *
 * <p>Names are any Unicode text, the empty one included. Constructors throw {@link
 * IllegalArgumentException} for a name with an unpaired surrogate, which no Nix string can equal.
 */
public sealed interface Step {

  /** Every attribute or element; written {@code *}. */
  record All() implements Step {}

  /**
   * Exactly one attribute or element, which must exist; written {@code name}.
   *
   * @param name attribute name or decimal index
   */
  record Name(String name) implements Step {
    /** Checks the name. */
    public Name {
      checkUnicode(name);
    }
  }

  /**
   * One attribute or element if it exists; written {@code ?name}. The answer holds nothing or the
   * one part.
   *
   * @param name attribute name or decimal index
   */
  record Maybe(String name) implements Step {
    /** Checks the name. */
    public Maybe {
      checkUnicode(name);
    }
  }

  /**
   * Several attributes or elements; written {@code {a,?b}}. Order and repetitions are kept: they
   * matter on lists.
   *
   * @param entries what to select; may be empty
   */
  record Names(List<Entry> entries) implements Step {
    /** Copies the list. */
    public Names {
      entries = List.copyOf(entries);
    }
  }

  /**
   * One entry of a set.
   *
   * @param name attribute name or decimal index; not {@value #FORBIDDEN}
   * @param optional whether it may be missing
   */
  record Entry(String name, boolean optional) {

    /**
     * The name that a set cannot hold: a selection with an attribute of this name would be an
     * attribute set that Nix writes as the value of that attribute alone, dropping all others.
     */
    public static final String FORBIDDEN = "outPath";

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException also if it is {@value #FORBIDDEN}
     */
    public Entry {
      checkUnicode(name);
      if (name.equals(FORBIDDEN)) {
        throw new IllegalArgumentException(FORBIDDEN + " cannot be an entry of a set");
      }
    }
  }

  private static void checkUnicode(String name) {
    if (hasUnpairedSurrogate(name)) {
      throw new IllegalArgumentException("a name contains an unpaired surrogate");
    }
  }

  /** Whether a text contains half of a character, which makes it no Unicode text. */
  static boolean hasUnpairedSurrogate(String text) {
    return text.codePoints().anyMatch(point -> Character.getType(point) == Character.SURROGATE);
  }
}
