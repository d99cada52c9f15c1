package dev.arda.nix.store.build;

import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Which outputs of a derivation are wanted. */
sealed interface OutputChoice {

  /** Those that the derivation says are to be installed, else {@code out}. */
  record Default() implements OutputChoice {}

  /** All. */
  record All() implements OutputChoice {}

  /**
   * These.
   *
   * @param names sorted, each once; never empty
   */
  record Names(List<String> names) implements OutputChoice {
    /** Sorts the names. */
    public Names {
      names = List.copyOf(new TreeSet<>(names));
    }
  }

  /** {@code ^*} or {@code ^out,dev} at the end of an installable. */
  Pattern SUFFIX = Pattern.compile("[\\^](\\*|[A-Za-z0-9+._?=-]+(?:,[A-Za-z0-9+._?=-]+)*)$");

  /** The choice at the end of a text; {@link Default} if there is none. */
  static OutputChoice of(String text) {
    var suffix = SUFFIX.matcher(text);
    if (!suffix.find()) {
      return new Default();
    }
    return suffix.group(1).equals("*")
        ? new All()
        : new Names(List.of(suffix.group(1).split(",", -1)));
  }

  /** The text without the choice at its end. */
  static String without(String text) {
    return SUFFIX.matcher(text).replaceFirst("");
  }
}
