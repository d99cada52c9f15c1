package dev.arda.client.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what was probably meant by a word with a typing error. */
final class Similar {

  private Similar() {}

  /**
   * The known word that is nearest, if it is near: a third of the letters may differ, at least one
   * and at most three.
   */
  static Optional<String> nearest(String word, Collection<String> known) {
    int limit = Math.clamp(word.length() / 3, 1, 3);
    return known.stream()
        .filter(candidate -> distance(word, candidate) <= limit)
        .min(Comparator.comparingInt((String candidate) -> distance(word, candidate)));
  }

  /** Letters to insert, delete, replace or swap with their neighbour. */
  static int distance(String a, String b) {
    var rows = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          rows[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best =
            Math.min(rows[i - 1][j - 1] + change, Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          best = Math.min(best, rows[i - 2][j - 2] + 1);
        }
        rows[i][j] = best;
      }
    }
    return rows[a.length()][b.length()];
  }
}
