package dev.arda.lsp.text;

import dev.arda.lsp.text.Open.Mode;

/** Cuts what stands inside of strings and, between interpolations, of paths. */
final class StringLexer {

  private final Cut cut;
  private final String text;
  private final boolean linesEndStrings;

  /**
   * A lexer.
   *
   * @param linesEndStrings whether a string with no closing quote on its line ends with that line
   */
  StringLexer(Cut cut, boolean linesEndStrings) {
    this.cut = cut;
    this.text = cut.text();
    this.linesEndStrings = linesEndStrings;
  }

  /** The next token between double quotes. */
  void quoted() {
    int begin = cut.position();
    int end = begin;
    while (end < text.length()) {
      char c = text.charAt(end);
      if (c == '"' || c == '\\' || text.startsWith("${", end)) {
        break;
      }
      if (c == '\n' && linesEndStrings) {
        break;
      }
      end += c == '$' && isPlainAfterDollar(cut.at(end + 1)) ? 2 : 1;
    }
    if (end > begin) {
      cut.add(TokenKind.STRING_TEXT, Math.min(end, text.length()));
      return;
    }
    switch (cut.next()) {
      case '"' -> {
        cut.pop();
        cut.add(TokenKind.STRING_CLOSE, begin + 1);
      }
      case '\\' -> cut.add(TokenKind.STRING_ESCAPE, Math.min(begin + 2, text.length()));
      case '\n' -> {
        cut.pop();
        cut.add(TokenKind.STRING_BREAK, begin + 1);
      }
      default -> interpolation();
    }
  }

  private void interpolation() {
    cut.push(Mode.INTERPOLATION);
    cut.add(TokenKind.INTERPOLATION_OPEN, cut.position() + 2);
  }

  /** {@code $$} is two characters and hides a brace that follows it; so does no other character. */
  private static boolean isPlainAfterDollar(char next) {
    return next != '{' && next != '"' && next != '\\' && next != '\n' && next != '\0';
  }

  /** The next token between pairs of single quotes. */
  void indented() {
    int begin = cut.position();
    if (cut.startsWith("''")) {
      char after = cut.at(begin + 2);
      if (after == '$' || after == '\'') {
        cut.add(TokenKind.STRING_ESCAPE, begin + 3);
      } else if (after == '\\') {
        cut.add(TokenKind.STRING_ESCAPE, Math.min(begin + 4, text.length()));
      } else {
        cut.pop();
        cut.add(TokenKind.INDENTED_CLOSE, begin + 2);
      }
    } else if (cut.startsWith("${")) {
      interpolation();
    } else {
      int end = begin;
      while (end < text.length() && !text.startsWith("''", end) && !text.startsWith("${", end)) {
        end += text.charAt(end) == '$' && cut.at(end + 1) == '$' ? 2 : 1;
      }
      cut.add(TokenKind.STRING_TEXT, Math.min(end, text.length()));
    }
  }

  /** The next token between two interpolations of a path, or behind the last; there may be none. */
  void path() {
    if (cut.startsWith("${")) {
      interpolation();
      return;
    }
    int end = cut.position();
    while (Characters.isPathPart(cut.at(end)) || (cut.at(end) == '/' && cut.at(end + 1) != '/')) {
      end++;
    }
    if (end > cut.position()) {
      cut.add(TokenKind.PATH, end);
    }
    if (!cut.startsWith("${")) {
      cut.pop();
    }
  }
}
