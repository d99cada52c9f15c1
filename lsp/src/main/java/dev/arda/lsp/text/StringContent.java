package dev.arda.lsp.text;

import java.util.Arrays;

/**
 * What a string literal says, and where each character of that is written. An interpolation is one
 * character, {@link #HOLE}.
 */
public final class StringContent {

  /** Stands for an interpolation; Unicode promises that no text holds it as a character. */
  public static final char HOLE = '\uFFFF';

  private final String text;
  private final int[] offsets;
  private final boolean indented;
  private final boolean closed;
  private final boolean dynamic;

  private StringContent(
      String text, int[] offsets, boolean indented, boolean closed, boolean dynamic) {
    this.text = text;
    this.offsets = offsets;
    this.indented = indented;
    this.closed = closed;
    this.dynamic = dynamic;
  }

  /**
   * Reads a string.
   *
   * @param from index of the token that opens it
   * @param to index behind its last token; it may be unfinished
   */
  static StringContent of(Tokens tokens, int from, int to) {
    var text = new StringBuilder();
    int[] offsets = new int[16];
    boolean dynamic = false;
    boolean closed = false;
    int end = tokens.get(from).end();
    for (int i = from + 1; i < to; i++) {
      var token = tokens.get(i);
      var before = text.length();
      switch (token.kind()) {
        case STRING_TEXT -> text.append(tokens.text(), token.start(), token.end());
        case STRING_ESCAPE -> text.append(unescaped(tokens.text(token)));
        case INTERPOLATION_OPEN -> {
          text.append(HOLE);
          dynamic = true;
        }
        case STRING_CLOSE, INDENTED_CLOSE -> closed = i == to - 1;
        default -> {}
      }
      if (offsets.length <= text.length()) {
        offsets = Arrays.copyOf(offsets, text.length() * 2 + 1);
      }
      for (int c = before; c < text.length(); c++) {
        offsets[c] =
            token.kind() == TokenKind.STRING_TEXT ? token.start() + c - before : token.start();
      }
      if (token.kind() == TokenKind.INTERPOLATION_OPEN) {
        i = Math.min(tokens.behindClosing(i), to) - 1;
      }
      end = closed ? token.start() : tokens.get(i).end();
    }
    offsets = Arrays.copyOf(offsets, text.length() + 1);
    offsets[text.length()] = end;
    return new StringContent(
        text.toString(), offsets, tokens.is(from, TokenKind.INDENTED_OPEN), closed, dynamic);
  }

  private static String unescaped(String escape) {
    if (escape.startsWith("''")) {
      return switch (escape.length() > 3 ? escape.charAt(3) : '\0') {
        case '\0' -> escape.equals("'''") ? "''" : escape.substring(2);
        case 'n' -> "\n";
        case 'r' -> "\r";
        case 't' -> "\t";
        default -> escape.substring(3);
      };
    }
    return switch (escape.length() > 1 ? escape.charAt(1) : '\0') {
      case '\0' -> "";
      case 'n' -> "\n";
      case 'r' -> "\r";
      case 't' -> "\t";
      default -> escape.substring(1);
    };
  }

  /** The same in a document in which it begins later. */
  StringContent movedBy(int distance) {
    return new StringContent(
        text, Arrays.stream(offsets).map(o -> o + distance).toArray(), indented, closed, dynamic);
  }

  /** What it says, in UTF-16 code units. The indentation of an indented string is still there. */
  public String text() {
    return text;
  }

  /** Whether it is written between {@code ''}. */
  public boolean isIndented() {
    return indented;
  }

  /** Whether Nix may leave out a part of it: the indentation of an indented string. */
  public boolean hasIndentation() {
    return indented && (text.startsWith(" ") || text.indexOf('\n') >= 0);
  }

  /** Whether it has an end. */
  public boolean isClosed() {
    return closed;
  }

  /** Whether there are interpolations in it. */
  public boolean isDynamic() {
    return dynamic;
  }

  /**
   * Where a character is written.
   *
   * @param index index into {@link #text}, its length included: the end of the string
   * @return offset into the document
   */
  public int offsetOf(int index) {
    return offsets[index];
  }

  /**
   * The first character that is written at or behind a place; the length of the text if none is. A
   * place inside an escape belongs to the character behind it.
   *
   * @param offset offset into the document
   */
  public int indexOf(int offset) {
    int found = Arrays.binarySearch(offsets, offset);
    if (found < 0) {
      return Math.min(-found - 1, text.length());
    }
    while (found > 0 && offsets[found - 1] == offset) {
      found--; // `'''` is two characters at one place
    }
    return found;
  }

  /**
   * Text that says something inside of a string of this kind: what would end the string or be read
   * as something else is escaped, whatever follows behind it.
   */
  public String escape(String plain) {
    var result = new StringBuilder();
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      char next = i + 1 < plain.length() ? plain.charAt(i + 1) : HOLE;
      if (c == '$' && (next == '{' || next == HOLE)) {
        result.append(indented ? "''$" : "\\$");
      } else if (indented && c == '\'' && isEscaped(plain, i + 1)) {
        result.append("''\\'"); // since `'''` would be read as one escape
      } else if (indented && c == '\'' && next == '\'') {
        result.append("'''");
        i++;
      } else if (indented && c == '\'' && next == HOLE) {
        result.append("''\\'");
      } else {
        result.append(indented ? c == '\r' ? "''\\r" : String.valueOf(c) : quoted(c));
      }
    }
    return result.toString();
  }

  /**
   * The same behind a place: a single quote before it would be read with one that begins the text.
   *
   * @param index index into {@link #text} of the first character that is replaced
   */
  public String escape(String plain, int index) {
    boolean joins =
        indented
            && index > 0
            && text.charAt(index - 1) == '\''
            && offsets[index] == offsets[index - 1] + 1
            && (plain.startsWith("'") || isEscaped(plain, 0));
    return joins
        ? "${\"%s\"}%s".formatted(quoted(plain.charAt(0)), escape(plain.substring(1)))
        : escape(plain);
  }

  /** Whether the character at an index is one that an escape of two quotes is put in front of. */
  private static boolean isEscaped(String plain, int index) {
    return index < plain.length()
        && (plain.charAt(index) == '\r'
            || (plain.charAt(index) == '$'
                && (index + 1 == plain.length() || plain.charAt(index + 1) == '{')));
  }

  private static String quoted(char c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> String.valueOf(c);
    };
  }
}
