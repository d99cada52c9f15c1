package dev.arda.lsp.text;

/**
 * One token.
 *
 * @param kind what it is
 * @param start offset of its first character, in UTF-16 code units
 * @param end offset behind its last character; greater than {@code start}
 */
public record Token(TokenKind kind, int start, int end) {

  /** Its text. */
  public String in(String text) {
    return text.substring(start, end);
  }
}
