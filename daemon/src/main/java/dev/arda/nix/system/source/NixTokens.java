package dev.arda.nix.system.source;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts Nix text into tokens, well enough to find its brackets: strings, with all that is
 * interpolated into them, and paths are one token each; comments and blanks are none.
 */
final class NixTokens {

  /** What a token is. */
  enum Kind {
    /** A name or a keyword. */
    NAME,
    /** A string with its quotes. */
    STRING,
    /** A path. */
    PATH,
    /** Anything else: brackets, operators, numbers; brackets stand alone. */
    SIGN
  }

  /**
   * One token.
   *
   * @param from where it begins in the text
   * @param to where it ends
   */
  record Token(Kind kind, String text, int from, int to) {
    boolean is(String sign) {
      return kind != Kind.STRING && text.equals(sign);
    }

    /** Whether it is a bracket that another one closes. */
    boolean isOpening() {
      return is("{") || is("${") || is("(") || is("[");
    }

    boolean isClosing() {
      return is("}") || is(")") || is("]");
    }
  }

  /** The text is not Nix, or not closed. */
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1;

    UnreadableException(String message) {
      super(message);
    }
  }

  private final String text;
  private int at;

  private NixTokens(String text) {
    this.text = text;
  }

  /** All tokens of a text. */
  static List<Token> of(String text) throws UnreadableException {
    var reader = new NixTokens(text);
    var result = new ArrayList<Token>();
    reader.skipBlanks();
    while (reader.at < text.length()) {
      result.add(reader.next());
      reader.skipBlanks();
    }
    return result;
  }

  private boolean sees(String what) {
    return text.startsWith(what, at);
  }

  private char here() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private void skipBlanks() throws UnreadableException {
    while (at < text.length()) {
      if (Character.isWhitespace(here())) {
        at++;
      } else if (here() == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (sees("/*")) {
        int end = text.indexOf("*/", at + 2);
        if (end < 0) {
          throw new UnreadableException("a comment is not closed");
        }
        at = end + 2;
      } else {
        return;
      }
    }
  }

  private Token next() throws UnreadableException {
    int from = at;
    Kind kind;
    if (here() == '"') {
      quoted();
      kind = Kind.STRING;
    } else if (sees("''")) {
      indented();
      kind = Kind.STRING;
    } else if (isPath()) {
      path();
      kind = Kind.PATH;
    } else if (Character.isLetter(here()) || here() == '_') {
      while (isNamePart(here())) {
        at++;
      }
      kind = Kind.NAME;
    } else if (sees("${")) {
      at += 2;
      kind = Kind.SIGN;
    } else {
      at++;
      kind = Kind.SIGN;
    }
    return new Token(kind, text.substring(from, at), from, at);
  }

  private static boolean isNamePart(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '\'';
  }

  private static boolean isPathPart(char c) {
    return (c < 128 && Character.isLetterOrDigit(c)) || "._-+".indexOf(c) >= 0;
  }

  /** Whether a path begins here: {@code ./a}, {@code a/b}, {@code ~/a}, {@code /a}. */
  private boolean isPath() {
    int i = at;
    if (here() == '~') {
      i++;
    } else {
      while (i < text.length() && isPathPart(text.charAt(i))) {
        i++;
      }
    }
    return i + 1 < text.length()
        && text.charAt(i) == '/'
        && (isPathPart(text.charAt(i + 1)) || text.startsWith("${", i + 1));
  }

  private void path() throws UnreadableException {
    while (isPathPart(here()) || here() == '~' || here() == '/' || sees("${")) {
      if (sees("${")) {
        interpolation();
      } else {
        at++;
      }
    }
  }

  private void quoted() throws UnreadableException {
    at++;
    while (at < text.length()) {
      if (here() == '\\') {
        at += 2;
      } else if (sees("$$")) {
        at += 2;
      } else if (sees("${")) {
        interpolation();
      } else if (here() == '"') {
        at++;
        return;
      } else {
        at++;
      }
    }
    throw new UnreadableException("a string is not closed");
  }

  private void indented() throws UnreadableException {
    at += 2;
    while (at < text.length()) {
      if (sees("''\\")) {
        at += 4;
      } else if (sees("''$") || sees("'''")) {
        at += 3;
      } else if (sees("$$")) {
        at += 2;
      } else if (sees("${")) {
        interpolation();
      } else if (sees("''")) {
        at += 2;
        return;
      } else {
        at++;
      }
    }
    throw new UnreadableException("a string is not closed");
  }

  private void interpolation() throws UnreadableException {
    at += 2;
    int depth = 1;
    skipBlanks();
    while (at < text.length()) {
      var token = next();
      if (token.is("{") || token.is("${")) {
        depth++;
      } else if (token.is("}")) {
        depth--;
        if (depth == 0) {
          return;
        }
      }
      skipBlanks();
    }
    throw new UnreadableException("what is interpolated is not closed");
  }
}
