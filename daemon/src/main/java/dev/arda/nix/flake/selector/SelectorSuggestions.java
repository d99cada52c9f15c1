package dev.arda.nix.flake.selector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the names that a mistyped one may have meant, by the restricted Damerau–Levenshtein
 * distance: insertions, deletions, replacements and swaps of neighbours count 1 each.
 */
public final class SelectorSuggestions {

  /** Most names to be suggested. */
  public static final int MAX_SUGGESTIONS = 5;

  /** Most candidates that are looked at; package sets with more have a neighbour for anything. */
  public static final int MAX_CANDIDATES = 20_000;

  /** Longest name that is compared, in code points. */
  private static final int MAX_NAME = 256;

  private SelectorSuggestions() {}

  /**
   * The nearest names: at distance 1 for names of up to 4 code points, 2 for up to 8, 3 for longer
   * ones. A candidate that differs only in case comes first whatever its distance, and one that
   * shares nothing with the name is left out.
   *
   * @param wanted the name that does not exist
   * @param candidates the names that do
   * @return at most {@value #MAX_SUGGESTIONS} others, nearest first, equally near ones in bytewise
   *     order; empty if there are more than {@value #MAX_CANDIDATES} candidates
   */
  public static List<String> nearest(String wanted, Collection<String> candidates) {
    return nearest(wanted, candidates, List.of());
  }

  /**
   * The same, among names of which some are meant rather than others that are equally near.
   *
   * @param others the names that come behind
   */
  public static List<String> nearest(
      String wanted, Collection<String> candidates, Collection<String> others) {
    if (candidates.size() + others.size() > MAX_CANDIDATES
        || wanted.codePointCount(0, wanted.length()) > MAX_NAME) {
      return List.of();
    }
    var near = new ArrayList<Near>();
    addNear(wanted, candidates, 0, near);
    addNear(wanted, others, 1, near);
    return near.stream()
        .sorted(
            Comparator.comparingInt(Near::distance)
                .thenComparingInt(Near::rank)
                .thenComparing(n -> n.name().codePoints().toArray(), Arrays::compare))
        .map(Near::name)
        .distinct()
        .limit(MAX_SUGGESTIONS)
        .toList();
  }

  private static void addNear(
      String wanted, Collection<String> candidates, int rank, List<Near> near) {
    int[] from = wanted.codePoints().toArray();
    int limit = limit(from.length);
    for (String candidate : candidates) {
      if (candidate.equals(wanted)) {
        continue;
      }
      if (candidate.equalsIgnoreCase(wanted)) {
        near.add(new Near(candidate, 0, rank));
        continue;
      }
      int[] to = candidate.codePoints().limit(from.length + limit + 1L).toArray();
      int distance = distance(from, to, limit);
      if (distance <= limit && distance < Math.max(from.length, to.length)) {
        near.add(new Near(candidate, distance, rank));
      }
    }
  }

  private static int limit(int length) {
    return length <= 4 ? 1 : length <= 8 ? 2 : 3;
  }

  /** The distance, or some number above the limit. Keeps three rows. */
  private static int distance(int[] from, int[] to, int limit) {
    if (Math.abs(from.length - to.length) > limit) {
      return limit + 1;
    }
    int[] beforeLast = new int[to.length + 1];
    int[] last = new int[to.length + 1];
    int[] row = new int[to.length + 1];
    Arrays.setAll(last, j -> j);
    for (int i = 1; i <= from.length; i++) {
      row[0] = i;
      int smallest = i;
      for (int j = 1; j <= to.length; j++) {
        int cost = from[i - 1] == to[j - 1] ? 0 : 1;
        int best = Math.min(last[j - 1] + cost, Math.min(last[j], row[j - 1]) + 1);
        if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
          best = Math.min(best, beforeLast[j - 2] + 1);
        }
        row[j] = best;
        smallest = Math.min(smallest, best);
      }
      if (smallest > limit + 1) {
        return smallest;
      }
      int[] free = beforeLast;
      beforeLast = last;
      last = row;
      row = free;
    }
    return last[to.length];
  }

  private record Near(String name, int distance, int rank) {}
}
