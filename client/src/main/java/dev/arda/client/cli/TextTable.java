package dev.arda.client.cli;

import java.util.List;

/** Lines whose columns stand below each other. */
final class TextTable {

  private static final String GAP = "  ";

  private final int columns;

  /**
   * A table.
   *
   * @param columns the width that a line may have
   */
  TextTable(int columns) {
    this.columns = columns;
  }

  /**
   * The lines; each ends with a newline.
   *
   * @param rows equally many cells in each, without control characters
   */
  String of(List<List<String>> rows) {
    return of(rows, new int[rows.getFirst().size()]);
  }

  /**
   * The same of rows that others follow.
   *
   * @param widths of the columns at least; made larger where these rows need it
   */
  String of(List<List<String>> rows, int[] widths) {
    var text = new StringBuilder();
    for (var row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i));
        if (i < row.size() - 1) {
          line.append(" ".repeat(widths[i] - width(row.get(i)))).append(GAP);
        }
      }
      text.append(fit(line.toString().stripTrailing())).append('\n');
    }
    return text.toString();
  }

  /** How many columns a text takes. */
  static int width(String text) {
    return text.codePoints().map(CharacterWidth::of).sum();
  }

  private String fit(String line) {
    int width = 0;
    for (int i = 0; i < line.length(); i = line.offsetByCodePoints(i, 1)) {
      width += CharacterWidth.of(line.codePointAt(i));
      if (width > columns && width(line) > columns) {
        return line.substring(0, Math.max(0, line.offsetByCodePoints(i, -1))) + "…";
      }
    }
    return line;
  }
}
