package dev.arda.client.cli;

import java.util.List;

/** Rows of cells from anywhere, printed below each other. */
final class Columns {

  private Columns() {}

  /** Prints rows of equally many cells; what could command a terminal is made harmless. */
  static void print(Session session, List<List<String>> rows) {
    if (rows.isEmpty()) {
      return;
    }
    print(session, rows, new int[rows.getFirst().size()]);
  }

  /**
   * The same of rows that others follow.
   *
   * @param widths of the columns at least; made larger where these rows need it
   */
  static void print(Session session, List<List<String>> rows, int[] widths) {
    var console = session.console();
    int columns =
        console.outIsTerminal()
            ? new TerminalWidth(session.environment()).columns()
            : Integer.MAX_VALUE;
    console
        .out()
        .text(
            new TextTable(columns)
                .of(
                    rows.stream().map(row -> row.stream().map(Columns::cell).toList()).toList(),
                    widths));
  }

  /** How wide a cell of this text is. */
  static int width(String text) {
    return TextTable.width(cell(text));
  }

  private static String cell(String text) {
    return Style.safe(text.replace('\n', ' ').replace('\t', ' '));
  }
}
