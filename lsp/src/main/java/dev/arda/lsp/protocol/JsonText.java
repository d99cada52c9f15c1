package dev.arda.lsp.protocol;

/**
 * JSON that is written piece by piece.
 *
 * @param text where it goes
 */
record JsonText(StringBuilder text) {

  /** Adds what is JSON already. */
  JsonText raw(String json) {
    text.append(json);
    return this;
  }

  /** Adds a string, in quotes and with escapes. */
  JsonText add(String plain) {
    text.append('"');
    int done = 0;
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      if (c < ' ' || c == '"' || c == '\\') {
        text.append(plain, done, i).append("\\u%04x".formatted((int) c));
        done = i + 1;
      }
    }
    text.append(plain, done, plain.length()).append('"');
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
