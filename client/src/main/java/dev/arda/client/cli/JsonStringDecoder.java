package dev.arda.client.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes the content of a JSON string without quotes and escapes, while the text passes through in
 * parts.
 */
final class JsonStringDecoder extends OutputStream {

  /** The JSON text is not a string. */
  static final class NotAString extends IOException {

    private static final long serialVersionUID = 1;

    NotAString(String kind) {
      super(kind);
    }
  }

  private enum State {
    BEFORE,
    TEXT,
    ESCAPE,
    UNICODE,
    AFTER
  }

  private final OutputStream out;
  private State state = State.BEFORE;
  private int unicode;
  private int digits;
  private char high;

  JsonStringDecoder(OutputStream out) {
    this.out = out;
  }

  /**
   * Takes one byte of JSON.
   *
   * @throws NotAString if it begins something else than a string; the message says what, with an
   *     article
   */
  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int end = offset + length;
    int i = offset;
    while (i < end) {
      if (state == State.TEXT) {
        int from = i;
        while (i < end && bytes[i] != '"' && bytes[i] != '\\') {
          i++;
        }
        if (i > from) {
          endSurrogate();
          out.write(bytes, from, i - from);
        }
        if (i < end) {
          state = bytes[i++] == '"' ? State.AFTER : State.ESCAPE;
          if (state == State.AFTER) {
            endSurrogate();
          }
        }
      } else {
        accept(bytes[i++]);
      }
    }
  }

  private void accept(byte b) throws IOException {
    switch (state) {
      case BEFORE -> before(b);
      case ESCAPE -> escape(b);
      case UNICODE -> {
        unicode = unicode * 16 + Character.digit(b, 16);
        if (++digits == 4) {
          state = State.TEXT;
          unit((char) unicode);
        }
      }
      case TEXT, AFTER -> {}
    }
  }

  private void before(byte b) throws IOException {
    switch (b) {
      case ' ', '\n', '\r', '\t' -> {}
      case '"' -> state = State.TEXT;
      case '{' -> throw new NotAString("a set");
      case '[' -> throw new NotAString("a list");
      case 't', 'f' -> throw new NotAString("a boolean");
      case 'n' -> throw new NotAString("null");
      default -> throw new NotAString("a number");
    }
  }

  private void escape(byte b) throws IOException {
    state = State.TEXT;
    switch (b) {
      case 'u' -> {
        state = State.UNICODE;
        unicode = 0;
        digits = 0;
      }
      case 'n' -> unit('\n');
      case 't' -> unit('\t');
      case 'r' -> unit('\r');
      case 'b' -> unit('\b');
      case 'f' -> unit('\f');
      default -> unit((char) b);
    }
  }

  private void unit(char c) throws IOException {
    if (Character.isLowSurrogate(c) && high != 0) {
      out.write(new String(new char[] {high, c}).getBytes(StandardCharsets.UTF_8));
      high = 0;
      return;
    }
    endSurrogate();
    if (Character.isHighSurrogate(c)) {
      high = c;
    } else {
      writeText(Character.isLowSurrogate(c) ? "\uFFFD" : String.valueOf(c));
    }
  }

  /** Half a character without its other half has no form in UTF-8. */
  private void endSurrogate() throws IOException {
    if (high != 0) {
      high = 0;
      writeText("\uFFFD");
    }
  }

  private void writeText(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
