package dev.arda.nix.flake.eval;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds, in what a {@code nix repl} prints, the string literals that begin with an expected text.
 *
 * <p>Around them lie prompts, the echo of what was sent, and colour codes; all that is skipped. The
 * echo cannot be mistaken for a result as long as the expected text was sent in two halves. What
 * evaluated code prints goes to standard error, never here.
 *
 * <p>Not thread-safe.
 */
final class ReplOutput {

  /** Takes what was found. */
  interface Sink {
    /**
     * A literal is complete.
     *
     * @param kind the character after the expected text
     * @param content what follows it, unescaped; handed over
     */
    void literal(char kind, byte[] content);

    /** A literal is longer than the limit; nothing more will be told of it. */
    void tooLong();
  }

  private enum State {
    SEARCH,
    LITERAL,
    ESCAPE
  }

  private final int limit;
  private final Sink sink;
  private byte[] expected = {};
  private int matched;
  private State state = State.SEARCH;
  private byte[] content = {};
  private int length;
  private boolean overflow;

  /**
   * Nothing is expected yet.
   *
   * @param limit the greatest length of a literal in bytes
   */
  ReplOutput(int limit, Sink sink) {
    this.limit = limit;
    this.sink = sink;
  }

  /** From now on literals that begin with this text are told; ASCII without quotes. */
  void expect(String text) {
    expected = ('"' + text).getBytes(StandardCharsets.US_ASCII);
    matched = 0;
  }

  /** Takes the next bytes. */
  void accept(byte[] bytes, int end) {
    int i = 0;
    while (i < end) {
      i =
          switch (state) {
            case SEARCH -> search(bytes, i, end);
            case LITERAL -> literal(bytes, i, end);
            case ESCAPE -> escape(bytes, i);
          };
    }
  }

  /** The expected text holds its first character, a quote, only once: no need to look back. */
  private int search(byte[] bytes, int from, int end) {
    for (int i = from; i < end; i++) {
      byte b = bytes[i];
      if (matched < expected.length && b == expected[matched]) {
        matched++;
        if (matched == expected.length) {
          matched = 0;
          state = State.LITERAL;
          content = new byte[1024];
          length = 0;
          overflow = false;
          return i + 1;
        }
      } else {
        matched = b == '"' && expected.length > 1 ? 1 : 0;
      }
    }
    return end;
  }

  private int literal(byte[] bytes, int from, int end) {
    int i = from;
    while (i < end && bytes[i] != '\\' && bytes[i] != '"') {
      i++;
    }
    append(bytes, from, i - from);
    if (i == end) {
      return end;
    }
    if (bytes[i] == '\\') {
      state = State.ESCAPE;
    } else {
      state = State.SEARCH;
      finish();
    }
    return i + 1;
  }

  private int escape(byte[] bytes, int at) {
    byte b = bytes[at];
    byte meant =
        switch (b) {
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          default -> b;
        };
    append(new byte[] {meant}, 0, 1);
    state = State.LITERAL;
    return at + 1;
  }

  private void append(byte[] bytes, int from, int count) {
    if (overflow || count == 0) {
      return;
    }
    if (count > limit - length) {
      overflow = true;
      content = new byte[0];
      sink.tooLong();
      return;
    }
    if (count > content.length - length) {
      int larger = (int) Math.min(limit, Math.max(2L * content.length, (long) length + count));
      content = Arrays.copyOf(content, larger);
    }
    System.arraycopy(bytes, from, content, length, count);
    length += count;
  }

  private void finish() {
    if (!overflow && length > 0) {
      char kind = (char) content[0];
      byte[] rest = Arrays.copyOfRange(content, 1, length);
      content = new byte[0];
      sink.literal(kind, rest);
    }
  }
}
