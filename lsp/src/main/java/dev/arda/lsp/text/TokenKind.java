package dev.arda.lsp.text;

/**
 * What a token is. Every character of a text belongs to exactly one token (the Nix manual, "String
 * literals", "Identifiers" and the scanner's rules that it describes).
 */
public enum TokenKind {
  /** Blanks, tabs, line ends. */
  WHITESPACE,
  /** From {@code #} to the end of the line, or between {@code /*} and its end. */
  COMMENT,
  /** An identifier, among them {@code or}, which is one or not depending on where it stands. */
  IDENTIFIER,
  /** {@code let}, {@code in}, {@code rec}, {@code with}, {@code inherit} and the like. */
  KEYWORD,
  /** A whole or a broken number. */
  NUMBER,
  /** A part of a path: what stands before, between and after its interpolations. */
  PATH,
  /** {@code <nixpkgs>}. */
  SEARCH_PATH,
  /** An unquoted URL. */
  URI,
  /** The quote that opens a string. */
  STRING_OPEN,
  /** Characters of a string that stand for themselves. */
  STRING_TEXT,
  /** An escape in a string, of either kind. */
  STRING_ESCAPE,
  /** The quote that closes a string. */
  STRING_CLOSE,
  /** The line end that ends a string with no closing quote, and an interpolation open in it. */
  STRING_BREAK,
  /** {@code ''} at the beginning of an indented string. */
  INDENTED_OPEN,
  /** {@code ''} at its end. */
  INDENTED_CLOSE,
  /** <code>${</code>, in a string, in a path, or where an attribute is named. */
  INTERPOLATION_OPEN,
  /** The brace that ends an interpolation. */
  INTERPOLATION_CLOSE,
  /** <code>{</code>. */
  BRACE_OPEN,
  /** <code>}</code>. */
  BRACE_CLOSE,
  /** {@code [}. */
  BRACKET_OPEN,
  /** {@code ]}. */
  BRACKET_CLOSE,
  /** {@code (}. */
  PARENTHESIS_OPEN,
  /** {@code )}. */
  PARENTHESIS_CLOSE,
  /** {@code .}. */
  DOT,
  /** {@code =}. */
  EQUALS,
  /** {@code ;}. */
  SEMICOLON,
  /** {@code :}. */
  COLON,
  /** {@code ,}. */
  COMMA,
  /** {@code @}. */
  AT,
  /** {@code ?}. */
  QUESTION,
  /** {@code ...}. */
  ELLIPSIS,
  /** Any other operator. */
  OPERATOR,
  /** A character that begins nothing in Nix. */
  UNKNOWN;

  /** Whether it means nothing to Nix. */
  public boolean isTrivia() {
    return this == WHITESPACE || this == COMMENT;
  }
}
