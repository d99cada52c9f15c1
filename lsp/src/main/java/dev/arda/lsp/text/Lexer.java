package dev.arda.lsp.text;

import java.util.List;
import java.util.Set;
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

  private static final Set<String> KEYWORDS =
      Set.of("assert", "else", "if", "in", "inherit", "let", "rec", "then", "with");

  private static final List<String> LONG_OPERATORS =
      List.of("...", "->", "==", "!=", "<=", ">=", "&&", "||", "++", "//", "|>", "<|");

  /** What a closing brace or the next character belongs to. */
  enum Mode {
    BRACE,
    INTERPOLATION,
    STRING,
    INDENTED,
    PATH
  }

  /**
   * What is open at a place, innermost first.
   *
   * @param outer what is open around it; null if nothing is
   * @param depth how much is open, this included
   */
  record Open(Mode mode, @Nullable Open outer, int depth) {

    /** Whether the same is open; either may be nothing. */
    @SuppressWarnings("ReferenceEquality") // one object is the same all the way out
    static boolean same(@Nullable Open one, @Nullable Open other) {
      var first = one;
      var second = other;
      while (first != second) {
        if (first == null
            || second == null
            || first.depth != second.depth
            || first.mode != second.mode) {
          return false;
        }
        first = first.outer;
        second = second.outer;
      }
      return true;
    }
  }

  private final String text;
  private final boolean linesEndStrings;
  private final Tokens.Builder tokens;
  private @Nullable Open open;
  private int position;
  private int strayBraces;
  private boolean lineBegins;

  // What was looked for and not found need not be looked for again from the next word of the same
  // run.
  private int noPathBefore;
  private int noUriBefore;

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
    this.tokens = tokens;
    this.position = position;
    this.open = open;
    this.strayBraces = strayBraces;
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
    return position;
  }

  /** What is open there. */
  @Nullable Open open() {
    return open;
  }

  /** How many closing braces until there close nothing. */
  int strayBraces() {
    return strayBraces;
  }

  /** Whether there is more. */
  boolean isBeforeEnd() {
    return position < text.length();
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
    switch (mode()) {
      case BRACE, INTERPOLATION -> code();
      case STRING -> string();
      case INDENTED -> indented();
      case PATH -> path();
    }
  }

  private Mode mode() {
    var innermost = open;
    return innermost == null ? Mode.BRACE : innermost.mode();
  }

  private boolean isOpen(Mode mode) {
    return open != null && mode() == mode;
  }

  private void push(Mode mode) {
    var outer = open;
    open = new Open(mode, outer, outer == null ? 1 : outer.depth() + 1);
  }

  private void pop() {
    var innermost = open;
    open = innermost == null ? null : innermost.outer();
  }

  /** Adds a token from the current position on. */
  private void add(TokenKind kind, int end) {
    tokens.add(kind, end);
    position = end;
  }

  private char at(int index) {
    return index < text.length() ? text.charAt(index) : '\0';
  }

  // ----- outside of strings

  private void code() {
    char c = text.charAt(position);
    if (Character.isWhitespace(c)) {
      if (breaksString()) {
        add(TokenKind.STRING_BREAK, position + 1);
      } else {
        whitespace();
      }
    } else if (c == '#') {
      add(TokenKind.COMMENT, lineEnd());
    } else if (text.startsWith("/*", position)) {
      int end = text.indexOf("*/", position + 2);
      add(TokenKind.COMMENT, end < 0 ? text.length() : end + 2);
    } else if (c == '"') {
      push(Mode.STRING);
      add(TokenKind.STRING_OPEN, position + 1);
    } else if (text.startsWith("''", position)) {
      push(Mode.INDENTED);
      add(TokenKind.INDENTED_OPEN, position + 2);
    } else if (text.startsWith("${", position)) {
      push(Mode.INTERPOLATION);
      add(TokenKind.INTERPOLATION_OPEN, position + 2);
    } else {
      word(c);
    }
  }

  /** Whether a line end here ends a quoted string together with the interpolation in it. */
  private boolean breaksString() {
    if (!linesEndStrings || !isOpen(Mode.INTERPOLATION) || text.charAt(position) != '\n') {
      return false;
    }
    var interpolation = open;
    pop();
    if (isOpen(Mode.STRING)) {
      pop();
      return true;
    }
    open = interpolation;
    return false;
  }

  private void whitespace() {
    boolean line = text.charAt(position) == '\n';
    int end = position + 1;
    while (end < text.length()
        && Character.isWhitespace(text.charAt(end))
        && !(linesEndStrings && text.charAt(end) == '\n')) {
      line |= text.charAt(end) == '\n';
      end++;
    }
    add(TokenKind.WHITESPACE, end);
    lineBegins = line;
  }

  private int lineEnd() {
    int end = text.indexOf('\n', position);
    return end < 0 ? text.length() : end;
  }

  /** Paths and URLs are longer than the identifiers and operators they begin with, and so win. */
  private void word(char c) {
    int uri = uriEnd();
    int path = pathEnd();
    if (path > position && path >= uri) {
      add(TokenKind.PATH, path);
      if (text.startsWith("${", position)) {
        push(Mode.PATH);
      }
    } else if (uri > position) {
      add(TokenKind.URI, uri);
    } else if (isIdentifierStart(c)) {
      identifier();
    } else if (isDigit(c) || (c == '.' && isDigit(at(position + 1)))) {
      add(TokenKind.NUMBER, numberEnd());
    } else if (c == '<' && searchPathEnd() > 0) {
      add(TokenKind.SEARCH_PATH, searchPathEnd());
    } else {
      punctuation(c);
    }
  }

  private void identifier() {
    int end = position + 1;
    while (isIdentifierPart(at(end))) {
      end++;
    }
    var keyword = KEYWORDS.contains(text.substring(position, end));
    add(keyword ? TokenKind.KEYWORD : TokenKind.IDENTIFIER, end);
  }

  private int numberEnd() {
    int end = position;
    while (isDigit(at(end))) {
      end++;
    }
    if (at(end) == '.' && isDigit(at(end + 1))) {
      end++;
      while (isDigit(at(end))) {
        end++;
      }
    }
    if (end > position && (at(end) == 'e' || at(end) == 'E')) {
      int exponent = at(end + 1) == '-' || at(end + 1) == '+' ? end + 2 : end + 1;
      while (isDigit(at(exponent))) {
        exponent++;
        end = exponent;
      }
    }
    return Math.max(end, position + 1);
  }

  /** End of the path that begins here, before its first interpolation; the position: none does. */
  private int pathEnd() {
    if (position < noPathBefore) {
      return position;
    }
    int end = position;
    if (at(end) == '~' && at(end + 1) == '/') {
      end++;
    } else {
      while (isPathPart(at(end))) {
        end++;
      }
    }
    boolean found = false;
    while (at(end) == '/') {
      if (isPathPart(at(end + 1))) {
        end++;
        while (isPathPart(at(end))) {
          end++;
        }
        found = true;
      } else if (text.startsWith("${", end + 1)) {
        return end + 1;
      } else {
        break;
      }
    }
    if (!found) {
      noPathBefore = end;
      return position;
    }
    if (text.startsWith("${", end)) {
      return end;
    }
    // A slash at the end is an error of the language, but it is what a half-typed path looks like.
    return at(end) == '/' && at(end + 1) != '/' && at(end + 1) != '*' ? end + 1 : end;
  }

  private int uriEnd() {
    if (!isLetter(at(position)) || position < noUriBefore) {
      return position;
    }
    int end = position + 1;
    while (isLetter(at(end)) || isDigit(at(end)) || "+-.".indexOf(at(end)) >= 0) {
      end++;
    }
    if (at(end) != ':' || !isUriPart(at(end + 1))) {
      noUriBefore = end;
      return position;
    }
    end += 2;
    while (isUriPart(at(end))) {
      end++;
    }
    return end;
  }

  private int searchPathEnd() {
    int end = position + 1;
    while (isPathPart(at(end)) || (at(end) == '/' && end > position + 1)) {
      end++;
    }
    return at(end) == '>' && end > position + 1 ? end + 1 : 0;
  }

  private void punctuation(char c) {
    for (var operator : LONG_OPERATORS) {
      if (operator.charAt(0) == c && text.startsWith(operator, position)) {
        add(
            operator.equals("...") ? TokenKind.ELLIPSIS : TokenKind.OPERATOR,
            position + operator.length());
        return;
      }
    }
    var kind =
        switch (c) {
          case '{' -> TokenKind.BRACE_OPEN;
          case '}' -> TokenKind.BRACE_CLOSE;
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
    if (kind == TokenKind.BRACE_OPEN) {
      push(Mode.BRACE);
    } else if (kind == TokenKind.BRACE_CLOSE) {
      strayBraces += open == null ? 1 : 0;
      kind = isOpen(Mode.INTERPOLATION) ? TokenKind.INTERPOLATION_CLOSE : kind;
      pop();
    }
    add(kind, position + 1);
  }

  // ----- inside of strings and paths

  private void string() {
    int end = position;
    while (end < text.length()) {
      char c = text.charAt(end);
      if (c == '"' || c == '\\' || text.startsWith("${", end)) {
        break;
      }
      if (c == '\n' && linesEndStrings) {
        break;
      }
      end += c == '$' && isPlainAfterDollar(at(end + 1)) ? 2 : 1;
    }
    if (end > position) {
      add(TokenKind.STRING_TEXT, Math.min(end, text.length()));
      return;
    }
    switch (text.charAt(position)) {
      case '"' -> {
        pop();
        add(TokenKind.STRING_CLOSE, position + 1);
      }
      case '\\' -> add(TokenKind.STRING_ESCAPE, Math.min(position + 2, text.length()));
      case '\n' -> {
        pop();
        add(TokenKind.STRING_BREAK, position + 1);
      }
      default -> {
        push(Mode.INTERPOLATION);
        add(TokenKind.INTERPOLATION_OPEN, position + 2);
      }
    }
  }

  /** {@code $$} is two characters and hides a brace that follows it; so does no other character. */
  private static boolean isPlainAfterDollar(char next) {
    return next != '{' && next != '"' && next != '\\' && next != '\n' && next != '\0';
  }

  private void indented() {
    if (text.startsWith("''", position)) {
      char after = at(position + 2);
      if (after == '$' || after == '\'') {
        add(TokenKind.STRING_ESCAPE, position + 3);
      } else if (after == '\\') {
        add(TokenKind.STRING_ESCAPE, Math.min(position + 4, text.length()));
      } else {
        pop();
        add(TokenKind.INDENTED_CLOSE, position + 2);
      }
    } else if (text.startsWith("${", position)) {
      push(Mode.INTERPOLATION);
      add(TokenKind.INTERPOLATION_OPEN, position + 2);
    } else {
      int end = position;
      while (end < text.length() && !text.startsWith("''", end) && !text.startsWith("${", end)) {
        end += text.charAt(end) == '$' && at(end + 1) == '$' ? 2 : 1;
      }
      add(TokenKind.STRING_TEXT, Math.min(end, text.length()));
    }
  }

  /** Between two interpolations of a path, or behind the last. */
  private void path() {
    if (text.startsWith("${", position)) {
      push(Mode.INTERPOLATION);
      add(TokenKind.INTERPOLATION_OPEN, position + 2);
      return;
    }
    int end = position;
    while (isPathPart(at(end)) || (at(end) == '/' && at(end + 1) != '/')) {
      end++;
    }
    if (end > position) {
      add(TokenKind.PATH, end);
    }
    if (!text.startsWith("${", position)) {
      pop();
    }
  }

  // ----- characters

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isIdentifierStart(char c) {
    return isLetter(c) || c == '_';
  }

  static boolean isIdentifierPart(char c) {
    return isIdentifierStart(c) || isDigit(c) || c == '\'' || c == '-';
  }

  private static boolean isPathPart(char c) {
    return isLetter(c) || isDigit(c) || c == '.' || c == '_' || c == '-' || c == '+';
  }

  private static boolean isUriPart(char c) {
    return isLetter(c) || isDigit(c) || (c != '\0' && "%/?:@&=+$,-_.!~*'".indexOf(c) >= 0);
  }

  /** The keywords of the language. */
  static Set<String> keywords() {
    return KEYWORDS;
  }
}
