package dev.arda.lsp.text;

/**
 * A text with a cursor, written as {@code ¦}.
 *
 * @param text without the mark
 * @param offset where the mark was
 */
record Marked(String text, int offset) {

  static Marked of(String marked) {
    int offset = marked.indexOf('¦');
    if (offset < 0 || marked.indexOf('¦', offset + 1) >= 0) {
      throw new IllegalArgumentException("needs one cursor: " + marked);
    }
    return new Marked(marked.substring(0, offset) + marked.substring(offset + 1), offset);
  }

  CursorContext context() {
    return NixText.of(text).cursorAt(offset);
  }
}
