package dev.arda.lsp.text;

import dev.arda.lsp.text.Open.Mode;
import org.jspecify.annotations.Nullable;

/** How far a text has been cut into tokens, and what is open there. */
final class Cut {

  private final String text;
  private final Tokens.Builder tokens;
  private @Nullable Open open;
  private int position;
  private int strayBraces;

  /**
   * Begins somewhere.
   *
   * @param tokens takes the tokens, and has those before the place
   * @param position the place
   * @param open what is open there
   * @param strayBraces how many closing braces before it close nothing
   */
  Cut(String text, Tokens.Builder tokens, int position, @Nullable Open open, int strayBraces) {
    this.text = text;
    this.tokens = tokens;
    this.position = position;
    this.open = open;
    this.strayBraces = strayBraces;
  }

  /** The text. */
  String text() {
    return text;
  }

  /** The place: behind the last token. */
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

  /** What the next character belongs to; outside of everything it is as between braces. */
  Mode mode() {
    var innermost = open;
    return innermost == null ? Mode.BRACE : innermost.mode();
  }

  /** Whether that is what is open innermost. */
  boolean isOpen(Mode mode) {
    return open != null && mode() == mode;
  }

  /** Something is opened. */
  void push(Mode mode) {
    var outer = open;
    open = new Open(mode, outer, outer == null ? 1 : outer.depth() + 1);
  }

  /** What is open innermost is closed; of nothing, nothing is. */
  void pop() {
    var innermost = open;
    open = innermost == null ? null : innermost.outer();
  }

  /** A closing brace closes what is open innermost, or nothing. */
  void popBrace() {
    strayBraces += open == null ? 1 : 0;
    pop();
  }

  /** Adds a token from the place on. */
  void add(TokenKind kind, int end) {
    tokens.add(kind, end);
    position = end;
  }

  /** The character at an index; NUL behind the end. */
  char at(int index) {
    return index < text.length() ? text.charAt(index) : '\0';
  }

  /** The character at the place, which is not the end. */
  char next() {
    return text.charAt(position);
  }

  /** Whether the text goes on with that at the place. */
  boolean startsWith(String part) {
    return text.startsWith(part, position);
  }
}
