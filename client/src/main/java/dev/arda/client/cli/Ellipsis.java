package dev.arda.client.cli;

/** Shortens texts to a number of columns. */
final class Ellipsis {

  private static final String MARK = "…";

  private Ellipsis() {}

  /** The beginning, as much as fits. */
  static String end(String text, int columns) {
    return CharacterWidth.of(text) <= columns ? text : CharacterWidth.cut(text, columns - 1) + MARK;
  }

  /** Beginning and end, as much as fits; the end, which tells paths apart, gets more of it. */
  static String middle(String text, int columns) {
    if (CharacterWidth.of(text) <= columns) {
      return text;
    }
    var start = CharacterWidth.cut(text, (columns - 1) / 3);
    int left = columns - 1 - CharacterWidth.of(start);
    int from = text.length();
    while (from > 0) {
      int before = text.offsetByCodePoints(from, -1);
      int width = CharacterWidth.of(text.codePointAt(before));
      if (width > left) {
        break;
      }
      left -= width;
      from = before;
    }
    return start + MARK + text.substring(from);
  }
}
