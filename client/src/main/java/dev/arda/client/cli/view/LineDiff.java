package dev.arda.client.cli.view;

import java.util.ArrayList;
import java.util.List;

/**
 * What differs between two texts, by lines, as {@code diff -u} writes it without its heads.
 *
 * @param before the lines of one
 * @param after the lines of the other
 */
public record LineDiff(List<String> before, List<String> after) {

  /** So many equal lines around what differs. */
  private static final int CONTEXT = 3;

  /** Beyond so many comparisons all lines in between are told to differ. */
  private static final long MOST = 25_000_000;

  /** Copies the lists. */
  public LineDiff {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** Of two texts. */
  public static LineDiff of(String before, String after) {
    return new LineDiff(before.lines().toList(), after.lines().toList());
  }

  /**
   * The lines that differ, behind {@code -} or {@code +}, with some that are equal behind a space,
   * and {@code @@} before each group; none: the texts have the same lines.
   */
  public List<String> lines() {
    var all = all();
    var result = new ArrayList<String>();
    int shown = -1;
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).kind() == ' ') {
        continue;
      }
      int from = Math.max(shown + 1, i - CONTEXT);
      if (shown < 0 || from > shown + 1) {
        result.add("@@ line %d @@".formatted(all.get(from).number()));
      }
      int to = i;
      for (int j = from; j <= to && j < all.size(); j++) {
        if (all.get(j).kind() != ' ') {
          to = j + CONTEXT;
        }
        result.add(all.get(j).kind() + all.get(j).text());
        shown = j;
      }
      i = shown;
    }
    return result;
  }

  /** A line of either, with its number in the new text. */
  private record Line(char kind, String text, int number) {}

  private List<Line> all() {
    int head = 0;
    int least = Math.min(before.size(), after.size());
    while (head < least && before.get(head).equals(after.get(head))) {
      head++;
    }
    int tail = 0;
    while (tail < least - head
        && before.get(before.size() - 1 - tail).equals(after.get(after.size() - 1 - tail))) {
      tail++;
    }
    var result = new ArrayList<Line>();
    for (int i = 0; i < head; i++) {
      result.add(new Line(' ', after.get(i), i + 1));
    }
    middle(result, head, before.size() - tail, after.size() - tail);
    for (int i = after.size() - tail; i < after.size(); i++) {
      result.add(new Line(' ', after.get(i), i + 1));
    }
    return result;
  }

  /** The longest lines in common stay; what is between them differs. */
  private void middle(List<Line> result, int from, int beforeEnd, int afterEnd) {
    int rows = beforeEnd - from;
    int columns = afterEnd - from;
    boolean compared = (long) rows * columns <= MOST;
    var common = new int[compared ? rows + 1 : 1][compared ? columns + 1 : 1];
    for (int i = rows - 1; compared && i >= 0; i--) {
      for (int j = columns - 1; j >= 0; j--) {
        common[i][j] =
            before.get(from + i).equals(after.get(from + j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    int i = 0;
    int j = 0;
    while (i < rows || j < columns) {
      if (compared && i < rows && j < columns && before.get(from + i).equals(after.get(from + j))) {
        result.add(new Line(' ', after.get(from + j), from + j + 1));
        i++;
        j++;
      } else if (i < rows && (j == columns || !compared || common[i + 1][j] >= common[i][j + 1])) {
        result.add(new Line('-', before.get(from + i), from + j + 1));
        i++;
      } else {
        result.add(new Line('+', after.get(from + j), from + j + 1));
        j++;
      }
    }
  }
}
