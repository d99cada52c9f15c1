package dev.arda.lsp.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Cuts Nix text into tokens. It never fails and loses nothing: the tokens follow each other without
 * holes from the first character to the last, whatever the text is. Takes time in proportion to the
 * text and no stack for its nesting.
 *
 * <p>A string that is never closed would turn all that follows inside out. So a text whose braces
 * and quotes do not match is read a second time, by a rule that holds in nearly every file: a
 * string with no closing quote on its line ends with that line. The reading in which more matches
 * counts. {@link #upTo} is told; there the text ends where somebody is typing.
 */
final class Lexer {

  private static final Set<String> KEYWORDS =
      Set.of("assert", "else", "if", "in", "inherit", "let", "rec", "then", "with");

  private static final List<String> LONG_OPERATORS =
      List.of("...", "->", "==", "!=", "<=", ">=", "&&", "||", "++", "//", "|>", "<|");

  /** What a closing brace or the next character belongs to. */
  private enum Mode {
    BRACE,
    INTERPOLATION,
    STRING,
    INDENTED,
    PATH
  }

  private final String text;
  private final boolean linesEndStrings;
  private final List<Token> tokens = new ArrayList<>();
  private final Deque<Mode> modes = new ArrayDeque<>();
  private int position;

  private int strayBraces;

  // What was looked for and not found need not be looked for again from the next word of the same
  // run.
  private int noPathBefore;
  private int noUriBefore;

  private Lexer(String text, boolean linesEndStrings) {
    this.text = text;
    this.linesEndStrings = linesEndStrings;
  }

  /** The tokens of a whole text. */
  static List<Token> whole(String text) {
    var strict = new Lexer(text, false);
    var tokens = strict.run();
    if (strict.unmatched() == 0) {
      return tokens;
    }
    var lenient = new Lexer(text, true);
    var otherwise = lenient.run();
    return lenient.unmatched() < strict.unmatched() ? otherwise : tokens;
  }

  /** The tokens of a text that ends where the cursor is. */
  static List<Token> upTo(String prefix) {
    return upTo(prefix, false);
  }

  /**
   * The same.
   *
   * @param linesEndStrings whether a string with no closing quote on its line ends with that line
   */
  static List<Token> upTo(String prefix, boolean linesEndStrings) {
    return new Lexer(prefix, linesEndStrings).run();
  }

  private int unmatched() {
    return modes.size() + strayBraces;
  }

  private List<Token> run() {
    while (position < text.length()) {
      var mode = modes.peek();
      switch (mode == null ? Mode.BRACE : mode) {
        case BRACE, INTERPOLATION -> code();
        case STRING -> string();
        case INDENTED -> indented();
        case PATH -> path();
      }
    }
    return List.copyOf(tokens);
  }

  /** Adds a token from the current position on. */
  private void add(TokenKind kind, int end) {
    tokens.add(new Token(kind, position, end));
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
        add(TokenKind.WHITESPACE, whitespaceEnd());
      }
    } else if (c == '#') {
      add(TokenKind.COMMENT, lineEnd());
    } else if (text.startsWith("/*", position)) {
      int end = text.indexOf("*/", position + 2);
      add(TokenKind.COMMENT, end < 0 ? text.length() : end + 2);
    } else if (c == '"') {
      modes.push(Mode.STRING);
      add(TokenKind.STRING_OPEN, position + 1);
    } else if (text.startsWith("''", position)) {
      modes.push(Mode.INDENTED);
      add(TokenKind.INDENTED_OPEN, position + 2);
    } else if (text.startsWith("${", position)) {
      modes.push(Mode.INTERPOLATION);
      add(TokenKind.INTERPOLATION_OPEN, position + 2);
    } else {
      word(c);
    }
  }

  /** Whether a line end here ends a quoted string together with the interpolation in it. */
  private boolean breaksString() {
    if (!linesEndStrings || modes.peek() != Mode.INTERPOLATION || text.charAt(position) != '\n') {
      return false;
    }
    modes.pop();
    if (modes.peek() == Mode.STRING) {
      modes.pop();
      return true;
    }
    modes.push(Mode.INTERPOLATION);
    return false;
  }

  private int whitespaceEnd() {
    int end = position + 1;
    while (end < text.length()
        && Character.isWhitespace(text.charAt(end))
        && !(linesEndStrings && text.charAt(end) == '\n')) {
      end++;
    }
    return end;
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
        modes.push(Mode.PATH);
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
      modes.push(Mode.BRACE);
    } else if (kind == TokenKind.BRACE_CLOSE) {
      strayBraces += modes.isEmpty() ? 1 : 0;
      kind = modes.poll() == Mode.INTERPOLATION ? TokenKind.INTERPOLATION_CLOSE : kind;
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
        modes.pop();
        add(TokenKind.STRING_CLOSE, position + 1);
      }
      case '\\' -> add(TokenKind.STRING_ESCAPE, Math.min(position + 2, text.length()));
      case '\n' -> {
        modes.pop();
        add(TokenKind.STRING_BREAK, position + 1);
      }
      default -> {
        modes.push(Mode.INTERPOLATION);
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
        modes.pop();
        add(TokenKind.INDENTED_CLOSE, position + 2);
      }
    } else if (text.startsWith("${", position)) {
      modes.push(Mode.INTERPOLATION);
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
      modes.push(Mode.INTERPOLATION);
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
      modes.pop();
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
