package dev.arda.client.cli;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Lays JSON text out over lines while it passes through, in parts of any size. Moves white space
 * between tokens only: every token keeps its bytes, so a number keeps its digits. Does not check
 * the text.
 */
final class JsonIndenter extends OutputStream {

  private static final byte[] SPACES =
      " ".repeat(64).getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  private final OutputStream out;
  private int depth;
  private boolean inString;
  private boolean escaped;
  private boolean justOpened;

  JsonIndenter(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int end = offset + length;
    int i = offset;
    while (i < end) {
      if (inString) {
        int from = i;
        while (i < end && inString) {
          string(bytes[i++]);
        }
        out.write(bytes, from, i - from);
      } else {
        structure(bytes[i++]);
      }
    }
  }

  private void string(byte b) {
    if (escaped) {
      escaped = false;
    } else if (b == '\\') {
      escaped = true;
    } else if (b == '"') {
      inString = false;
    }
  }

  private void structure(byte b) throws IOException {
    switch (b) {
      case ' ', '\n', '\r', '\t' -> {}
      case '{', '[' -> {
        beginElement();
        out.write(b);
        depth++;
        justOpened = true;
      }
      case '}', ']' -> {
        depth--;
        if (!justOpened) {
          newLine();
        }
        justOpened = false;
        out.write(b);
      }
      case ',' -> {
        out.write(b);
        newLine();
      }
      case ':' -> {
        out.write(b);
        out.write(' ');
      }
      default -> {
        beginElement();
        out.write(b);
        inString = b == '"';
      }
    }
  }

  private void beginElement() throws IOException {
    if (justOpened) {
      newLine();
      justOpened = false;
    }
  }

  private void newLine() throws IOException {
    out.write('\n');
    for (int left = 2 * depth; left > 0; left -= SPACES.length) {
      out.write(SPACES, 0, Math.min(left, SPACES.length));
    }
  }
}
