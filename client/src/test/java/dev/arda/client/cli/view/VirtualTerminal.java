package dev.arda.client.cli.view;

import dev.arda.client.cli.CharacterWidth;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A terminal in memory: what is written to it, as rows of characters, with what was scrolled away
 * above. Knows only what the live view uses; anything else fails the test. When it becomes narrower
 * or wider, it wraps its lines anew as nearly all terminals do.
 */
final class VirtualTerminal {

  /** Text that was written without a line break, as cells; a wide character takes two. */
  private static final class Logical {
    final List<String> cells = new ArrayList<>();
  }

  private final List<Logical> lines = new ArrayList<>(List.of(new Logical()));
  private int columns;
  private int rows;
  // The cursor: a line and a cell in it. Behind the last column it waits there to wrap.
  private int line;
  private int cell;
  private boolean waitsToWrap;
  private int writes;

  VirtualTerminal(int columns, int rows) {
    this.columns = columns;
    this.rows = rows;
  }

  void resize(int newColumns, int newRows) {
    waitsToWrap = cell == cells().size();
    columns = newColumns;
    rows = newRows;
  }

  int writes() {
    return writes;
  }

  void write(String text) {
    writes++;
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      if (c == 0x1b) {
        i = command(text, i);
        continue;
      }
      put(c);
      i += Character.charCount(c);
    }
  }

  private void put(int c) {
    if (c == '\r') {
      // To the beginning of the row, which may be one of several of a line.
      cell = rowOf(cell) * columns;
      waitsToWrap = false;
    } else if (c == '\n') {
      // The kernel makes a carriage return of it, too.
      newline();
    } else if (c < ' ' || (c >= 0x7f && c <= 0x9f)) {
      throw new AssertionError("a control character reached the terminal: " + c);
    } else {
      int width = CharacterWidth.of(c);
      var text = Character.toString(c);
      if (width == 0) {
        cells().set(cell - 1, cells().get(cell - 1) + text);
      } else {
        set(cell++, text);
        if (width == 2) {
          set(cell++, "");
        }
        waitsToWrap = true;
      }
    }
  }

  private int rowOf(int position) {
    // Behind the last column the cursor is still in that row.
    return waitsToWrap && position > 0 && position % columns == 0
        ? position / columns - 1
        : position / columns;
  }

  private void newline() {
    int next = (rowOf(cell) + 1) * columns;
    var rest = new Logical();
    if (next < cells().size()) {
      // A line break that was written ends the line there, whatever was wrapped before.
      rest.cells.addAll(cells().subList(next, cells().size()));
      cells().subList(next, cells().size()).clear();
      while (!cells().isEmpty() && cells().getLast().equals(" ")) {
        cells().removeLast();
      }
      lines.add(line + 1, rest);
    } else if (line + 1 == lines.size()) {
      lines.add(rest);
    }
    line++;
    cell = 0;
    waitsToWrap = false;
  }

  private List<String> cells() {
    return lines.get(line).cells;
  }

  private void set(int position, String text) {
    while (cells().size() <= position) {
      cells().add(" ");
    }
    cells().set(position, text);
  }

  private int command(String text, int at) {
    if (text.charAt(at + 1) != '[') {
      throw new AssertionError("an unknown escape sequence: " + text.substring(at + 1));
    }
    int end = at + 2;
    while (text.charAt(end) < '@') {
      end++;
    }
    var argument = text.substring(at + 2, end);
    switch (text.charAt(end)) {
      case 'A' -> up(Integer.parseInt(argument));
      case 'J' -> {
        erase(cells().size());
        lines.subList(line + 1, lines.size()).clear();
      }
      case 'K' -> erase((rowOf(cell) + 1) * columns);
      case 'm' -> {}
      case 'h', 'l' -> {
        if (!argument.equals("?2026")) {
          throw new AssertionError("an unknown mode: " + argument);
        }
      }
      default -> throw new AssertionError("an unknown command: " + text.charAt(end));
    }
    return end + 1;
  }

  private void up(int count) {
    int column = cell - rowOf(cell) * columns;
    for (int i = 0; i < count && screenRowOfCursor() > 0; i++) {
      if (rowOf(cell) > 0) {
        cell -= columns;
      } else {
        cell = (height(lines.get(line - 1)) - 1) * columns + column;
        line--;
      }
    }
  }

  private void erase(int to) {
    if (to >= cells().size()) {
      cells().subList(Math.min(cell, cells().size()), cells().size()).clear();
    } else {
      for (int i = cell; i < to; i++) {
        cells().set(i, " ");
      }
    }
  }

  private int height(Logical logical) {
    int written = (logical.cells.size() + columns - 1) / columns;
    boolean hasCursor = lines.indexOf(logical) == line;
    return Math.max(Math.max(1, written), hasCursor ? rowOf(cell) + 1 : 0);
  }

  private int screenRowOfCursor() {
    int all = lines.stream().mapToInt(this::height).sum();
    int above = lines.subList(0, line).stream().mapToInt(this::height).sum() + rowOf(cell);
    return above - Math.max(0, all - rows);
  }

  /** Everything that was ever shown and is still there, in rows without blanks at their ends. */
  List<String> history() {
    return lines.stream()
        .flatMap(logical -> {
          var result = new ArrayList<String>();
          for (int row = 0; row < height(logical); row++) {
            int to = Math.min(logical.cells.size(), (row + 1) * columns);
            result.add(
                logical.cells.subList(Math.min(row * columns, to), to).stream()
                    .collect(Collectors.joining())
                    .stripTrailing());
          }
          return result.stream();
        })
        .toList();
  }

  /** What can be seen. */
  List<String> screen() {
    var history = history();
    return history.subList(Math.max(0, history.size() - rows), history.size());
  }

  String text() {
    return String.join("\n", screen());
  }
}
