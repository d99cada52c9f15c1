package dev.arda.lsp.feature;

/** Tells how well a name fits what was typed. */
public final class Fuzzy {

  private Fuzzy() {}

  /** Whether the characters that were typed occur in a name, in their order. */
  public static boolean matches(String typed, String name) {
    return score(typed, name) >= 0;
  }

  /**
   * How far a name is from what was typed: 0 if it begins so, more the farther apart its letters
   * stand; -1 if they do not all occur, in this order. Upper and lower case are alike but for one
   * point.
   */
  static int score(String typed, String name) {
    if (name.startsWith(typed)) {
      return 0;
    }
    if (name.regionMatches(true, 0, typed, 0, typed.length())) {
      return 1;
    }
    int at = 0;
    int score = 2;
    for (int i = 0; i < typed.length(); i++) {
      int found = indexOf(name, typed.charAt(i), at);
      if (found < 0) {
        return -1;
      }
      score += found - at;
      at = found + 1;
    }
    return score;
  }

  private static int indexOf(String name, char wanted, int from) {
    char folded = Character.toLowerCase(wanted);
    for (int i = from; i < name.length(); i++) {
      if (Character.toLowerCase(name.charAt(i)) == folded) {
        return i;
      }
    }
    return -1;
  }
}
