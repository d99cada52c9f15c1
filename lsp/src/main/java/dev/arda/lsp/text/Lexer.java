package dev.arda.lsp.text;

import dev.arda.lsp.text.Open.Mode;
import org.jspecify.annotations.Nullable;

/**
 * Cuts Nix text into tokens. It never fails and loses nothing: the tokens follow each other without
 * holes from the first character to the last, whatever the text is. Takes time in proportion to the
 * text and no stack for its nesting.
 *
 * <p>What it does next depends on nothing but the place and what is open there ({@link Open}), so
 * it can begin anywhere where these are known; {@link Reading} does that.
 */
final class Lexer {

  private final String text;
  private final boolean linesEndStrings;
  private final Cut cut;
  private final Words words;
  private final StringLexer strings;
  private boolean lineBegins;

  /**
   * A lexer that begins somewhere.
   *
   * @param linesEndStrings whether a string with no closing quote on its line ends with that line
   * @param tokens takes the tokens, and has those before the place
   * @param position the place
   * @param open what is open there
   * @param strayBraces how many closing braces before it close nothing
   */
  Lexer(
      String text,
      boolean linesEndStrings,
      Tokens.Builder tokens,
      int position,
      @Nullable Open open,
      int strayBraces) {
    this.text = text;
    this.linesEndStrings = linesEndStrings;
    this.cut = new Cut(text, tokens, position, open, strayBraces);
    this.words = new Words(text);
    this.strings = new StringLexer(cut, linesEndStrings);
  }

  /** The tokens of a text that ends where the cursor is. */
  static Tokens upTo(String prefix) {
    var tokens = new Tokens.Builder();
    var lexer = new Lexer(prefix, false, tokens, 0, null, 0);
    while (lexer.isBeforeEnd()) {
      lexer.step();
    }
    return tokens.build(prefix);
  }

  /** Where it is: behind the last token. */
  int position() {
    return cut.position();
  }

  /** What is open there. */
  @Nullable Open open() {
    return cut.open();
  }

  /** How many closing braces until there close nothing. */
  int strayBraces() {
    return cut.strayBraces();
  }

  /** Whether there is more. */
  boolean isBeforeEnd() {
    return cut.position() < text.length();
  }

  /**
   * Whether the last token is white space outside of strings that ends a line. No token before
   * looks at what follows it, and it itself only at the first character.
   */
  boolean isAtBeginningOfLine() {
    return lineBegins;
  }

  /** Finds the next token, or several. */
  void step() {
    lineBegins = false;
    switch (cut.mode()) {
      case BRACE, INTERPOLATION -> code();
      case STRING -> strings.quoted();
      case INDENTED -> strings.indented();
      case PATH -> strings.path();
    }
  }

  private void code() {
    int begin = cut.position();
    char c = cut.next();
    if (Character.isWhitespace(c)) {
      if (breaksString()) {
        cut.add(TokenKind.STRING_BREAK, begin + 1);
      } else {
        whitespace();
      }
    } else if (c == '#') {
      cut.add(TokenKind.COMMENT, lineEnd(begin));
    } else if (cut.startsWith("/*")) {
      cut.add(TokenKind.COMMENT, commentEnd(begin));
    } else if (c == '"') {
      cut.push(Mode.STRING);
      cut.add(TokenKind.STRING_OPEN, begin + 1);
    } else if (cut.startsWith("''")) {
      cut.push(Mode.INDENTED);
      cut.add(TokenKind.INDENTED_OPEN, begin + 2);
    } else if (cut.startsWith("${")) {
      cut.push(Mode.INTERPOLATION);
      cut.add(TokenKind.INTERPOLATION_OPEN, begin + 2);
    } else {
      word(begin, c);
    }
  }

  /** Whether a line end here ends a quoted string together with the interpolation in it. */
  private boolean breaksString() {
    var interpolation = cut.open();
    if (!linesEndStrings
        || cut.next() != '\n'
        || interpolation == null
        || interpolation.mode() != Mode.INTERPOLATION) {
      return false;
    }
    var around = interpolation.outer();
    if (around == null || around.mode() != Mode.STRING) {
      return false;
    }
    cut.pop();
    cut.pop();
    return true;
  }

  private void whitespace() {
    boolean line = cut.next() == '\n';
    int end = cut.position() + 1;
    while (end < text.length()
        && Character.isWhitespace(text.charAt(end))
        && !(linesEndStrings && text.charAt(end) == '\n')) {
      line |= text.charAt(end) == '\n';
      end++;
    }
    cut.add(TokenKind.WHITESPACE, end);
    lineBegins = line;
  }

  private int lineEnd(int begin) {
    int end = text.indexOf('\n', begin);
    return end < 0 ? text.length() : end;
  }

  private int commentEnd(int begin) {
    int end = text.indexOf("*/", begin + 2);
    return end < 0 ? text.length() : end + 2;
  }

  /** Paths and URLs are longer than the identifiers and operators they begin with, and so win. */
  private void word(int begin, char c) {
    int uri = words.uriEnd(begin);
    int path = words.pathEnd(begin);
    if (path > begin && path >= uri) {
      cut.add(TokenKind.PATH, path);
      if (cut.startsWith("${")) {
        cut.push(Mode.PATH);
      }
    } else if (uri > begin) {
      cut.add(TokenKind.URI, uri);
    } else if (Characters.isIdentifierStart(c)) {
      int end = words.identifierEnd(begin);
      boolean keyword = Words.isKeyword(text.substring(begin, end));
      cut.add(keyword ? TokenKind.KEYWORD : TokenKind.IDENTIFIER, end);
    } else if (Characters.isDigit(c) || (c == '.' && Characters.isDigit(cut.at(begin + 1)))) {
      cut.add(TokenKind.NUMBER, words.numberEnd(begin));
    } else if (words.searchPathEnd(begin) > begin) {
      cut.add(TokenKind.SEARCH_PATH, words.searchPathEnd(begin));
    } else {
      punctuation(begin, c);
    }
  }

  private void punctuation(int begin, char c) {
    int end = words.longOperatorEnd(begin);
    if (end > begin) {
      cut.add(c == '.' ? TokenKind.ELLIPSIS : TokenKind.OPERATOR, end);
      return;
    }
    var kind =
        switch (c) {
          case '{' -> TokenKind.BRACE_OPEN;
          case '}' ->
              cut.isOpen(Mode.INTERPOLATION)
                  ? TokenKind.INTERPOLATION_CLOSE
                  : TokenKind.BRACE_CLOSE;
          case '[' -> TokenKind.BRACKET_OPEN;
          case ']' -> TokenKind.BRACKET_CLOSE;
          case '(' -> TokenKind.PARENTHESIS_OPEN;
          case ')' -> TokenKind.PARENTHESIS_CLOSE;
          case '.' -> TokenKind.DOT;
          case '=' -> TokenKind.EQUALS;
          case ';' -> TokenKind.SEMICOLON;
          case ':' -> TokenKind.COLON;
          case ',' -> TokenKind.COMMA;
          case '@' -> TokenKind.AT;
          case '?' -> TokenKind.QUESTION;
          case '+', '-', '*', '/', '!', '<', '>' -> TokenKind.OPERATOR;
          default -> TokenKind.UNKNOWN;
        };
    if (c == '{') {
      cut.push(Mode.BRACE);
    } else if (c == '}') {
      cut.popBrace();
    }
    cut.add(kind, begin + 1);
  }
}
