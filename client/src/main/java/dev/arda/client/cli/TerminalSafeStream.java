package dev.arda.client.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Passes UTF-8 text on, but writes the characters that would command a terminal, or reverse the
 * direction of its text, as {@code \}{@code u001b} and the like. In JSON that is the same value.
 * Bytes that are not UTF-8 become U+FFFD.
 */
final class TerminalSafeStream extends FilterOutputStream {

  private static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);

  private final byte[] sequence = new byte[4];
  private int have;
  private int want;

  TerminalSafeStream(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int plainFrom = offset;
    for (int i = offset; i < offset + length; i++) {
      byte b = bytes[i];
      boolean plain = have == 0 && (b >= ' ' || b == '\n' || b == '\t') && b != 0x7f;
      if (!plain) {
        out.write(bytes, plainFrom, i - plainFrom);
        accept(b);
        plainFrom = i + 1;
      }
    }
    out.write(bytes, plainFrom, offset + length - plainFrom);
  }

  private void accept(byte b) throws IOException {
    boolean continues = (b & 0xc0) == 0x80;
    if (have > 0 && !continues) {
      out.write(REPLACEMENT);
      have = 0;
    }
    if (have == 0) {
      want = continues ? 0 : lengthOfSequence(b);
      if (want == 0) {
        out.write(REPLACEMENT);
        return;
      }
    }
    sequence[have++] = b;
    if (have == want) {
      have = 0;
      complete(new String(sequence, 0, want, StandardCharsets.UTF_8));
    }
  }

  private static int lengthOfSequence(byte first) {
    int value = first & 0xff;
    if (value < 0x80) {
      return 1;
    }
    if (value >= 0xc2 && value < 0xe0) {
      return 2;
    }
    if (value >= 0xe0 && value < 0xf0) {
      return 3;
    }
    return value >= 0xf0 && value < 0xf5 ? 4 : 0;
  }

  private void complete(String character) throws IOException {
    out.write(Style.safe(character).getBytes(StandardCharsets.UTF_8));
  }
}
