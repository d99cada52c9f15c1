package dev.arda.lsp.text;

import java.util.Arrays;

/**
 * The lines of a text, and its places as an editor and Nix name them: a line, and how many units of
 * an {@link Encoding} stand before the place on it. Lines end with a line feed, a carriage return
 * or both, as the Language Server Protocol says ("Text Documents"). Immutable.
 */
public final class LineIndex {

  /** In what a column is counted. */
  public enum Encoding {
    /** Bytes of UTF-8, as Nix counts. */
    UTF_8,
    /** Code units of UTF-16, as Java and most editors count. */
    UTF_16,
    /** Code points. */
    UTF_32;

    private int units(int codePoint) {
      return switch (this) {
        case UTF_8 -> codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
        case UTF_16 -> Character.charCount(codePoint);
        case UTF_32 -> 1;
      };
    }
  }

  /**
   * A place.
   *
   * @param line from 0
   * @param column from 0, in units of the encoding
   */
  public record Place(int line, int column) {}

  private final String text;
  private final int[] starts;

  private LineIndex(String text, int[] starts) {
    this.text = text;
    this.starts = starts;
  }

  /** Finds the lines of a text. */
  public static LineIndex of(String text) {
    int[] starts = new int[64];
    int count = 1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean ends =
          c == '\n' || (c == '\r' && (i + 1 == text.length() || text.charAt(i + 1) != '\n'));
      if (ends) {
        if (count == starts.length) {
          starts = Arrays.copyOf(starts, count * 2);
        }
        starts[count++] = i + 1;
      }
    }
    return new LineIndex(text, Arrays.copyOf(starts, count));
  }

  /**
   * Finds the lines of what the text has become, in time in proportion to the edit and the number
   * of lines.
   *
   * @param newText the text after the edit
   */
  public LineIndex edited(String newText, Edit edit) {
    // A carriage return and a line feed around the edit's borders may have come together, or apart.
    int keep = lineOf(Math.max(0, edit.start() - 1)) + 1;
    int behind = lineOf(edit.end()) + 1;
    int stop = behind < starts.length ? starts[behind] + edit.distance() : newText.length();
    var part = of(newText.substring(starts[keep - 1], stop));
    // The last line of the part is the first one behind it, unless the text ends there.
    int found = behind < starts.length ? part.starts.length - 2 : part.starts.length - 1;
    int rest = starts.length - behind;
    int[] result = Arrays.copyOf(starts, keep + found + rest);
    for (int i = 0; i < found; i++) {
      result[keep + i] = part.starts[i + 1] + starts[keep - 1];
    }
    for (int i = 0; i < rest; i++) {
      result[keep + found + i] = starts[behind + i] + edit.distance();
    }
    return new LineIndex(newText, result);
  }

  private int lineOf(int offset) {
    int found = Arrays.binarySearch(starts, offset);
    return found >= 0 ? found : -found - 2;
  }

  /** How many lines there are; at least one. */
  public int count() {
    return starts.length;
  }

  /**
   * Where an offset is.
   *
   * @param offset in UTF-16 code units; what lies outside is the nearest end
   */
  public Place place(int offset, Encoding encoding) {
    int inside = Math.clamp(offset, 0, text.length());
    int line = lineOf(inside);
    int column = 0;
    for (int i = starts[line]; i < inside; ) {
      int codePoint = text.codePointAt(i);
      column += encoding.units(codePoint);
      i += Character.charCount(codePoint);
    }
    return new Place(line, column);
  }

  /**
   * The offset of a place, in UTF-16 code units. A column behind the line's end is its end, one
   * inside a character is before it, a line that is not there is the nearest one.
   */
  public int offset(Place place, Encoding encoding) {
    if (place.line() < 0) {
      return 0;
    }
    if (place.line() >= starts.length) {
      return text.length();
    }
    int end = lineEnd(place.line());
    int units = 0;
    int offset = starts[place.line()];
    while (offset < end) {
      int codePoint = text.codePointAt(offset);
      units += encoding.units(codePoint);
      if (units > place.column()) {
        break;
      }
      offset += Character.charCount(codePoint);
    }
    return offset;
  }

  /** Offset behind the last character of a line, its end not included. */
  private int lineEnd(int line) {
    int end = line + 1 < starts.length ? starts[line + 1] : text.length();
    while (end > starts[line] && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return end;
  }
}
