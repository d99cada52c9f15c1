package dev.arda.client.cli;

/**
 * Breaks lines between words where they are too long for a terminal, which would break them in the
 * middle of one. What follows a break is indented as its line is, or as far as the label reaches
 * that its line begins with ({@code error:}).
 */
public final class WordWrap {

  private static final char ESCAPE = '\u001b';

  private WordWrap() {}

  /**
   * The text with more line breaks. A word that is longer than a line is left in one piece.
   *
   * @param text may hold colours
   * @param columns the width that a line may have
   */
  public static String of(String text, int columns) {
    var result = new StringBuilder();
    int begin = 0;
    while (true) {
      int end = text.indexOf('\n', begin);
      line(end < 0 ? text.substring(begin) : text.substring(begin, end), columns, result);
      if (end < 0) {
        return result.toString();
      }
      result.append('\n');
      begin = end + 1;
    }
  }

  private static void line(String line, int columns, StringBuilder result) {
    int indent = indent(line);
    // Where little is left, as below a place that is marked, breaks would only confuse.
    if (indent > columns / 2) {
      result.append(line);
      return;
    }
    int used = 0;
    int begin = 0;
    while (begin < line.length()) {
      int end = begin;
      while (end < line.length() && line.charAt(end) == ' ') {
        end++;
      }
      int word = end;
      int next = line.indexOf(' ', word);
      int stop = next < 0 ? line.length() : next;
      int width = width(line, word, stop);
      if (used > indent && width > 0 && used + (word - begin) + width > columns) {
        result.append('\n').repeat(' ', indent);
        used = indent;
      } else {
        result.append(line, begin, word);
        used += word - begin;
      }
      result.append(line, word, stop);
      used += width;
      begin = stop;
    }
  }

  /** Columns before the words of a line, or before those behind its label. */
  private static int indent(String line) {
    int spaces = 0;
    while (spaces < line.length() && line.charAt(spaces) == ' ') {
      spaces++;
    }
    int end = line.indexOf(' ', spaces);
    if (spaces > 0 || end < 0) {
      return spaces;
    }
    int last = ' ';
    int width = 0;
    for (int i = 0; i < end; i = next(line, i)) {
      if (line.charAt(i) != ESCAPE) {
        last = line.codePointAt(i);
        width += CharacterWidth.of(last);
      }
    }
    return last == ':' ? width + 1 : 0;
  }

  private static int width(String line, int from, int to) {
    int width = 0;
    for (int i = from; i < to; i = next(line, i)) {
      if (line.charAt(i) != ESCAPE) {
        width += CharacterWidth.of(line.codePointAt(i));
      }
    }
    return width;
  }

  /** Behind the character, or the colour, that is there. */
  private static int next(String line, int at) {
    if (line.charAt(at) != ESCAPE) {
      return line.offsetByCodePoints(at, 1);
    }
    int end = line.indexOf('m', at);
    return end < 0 ? line.length() : end + 1;
  }
}
