package dev.arda.nix.flake.cache;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * JSON text as Nix writes it: nothing is escaped that need not be, and digits are in lower case.
 */
final class Json {

  /** Reads values of any size and depth. */
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          // Names are kept as bytes; strings in the table of the JVM would only cost.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private Json() {}

  /** A string literal. */
  static byte[] quote(String text) {
    char[] chars = text.toCharArray();
    return quote(chars, 0, chars.length);
  }

  /** A string literal for a part of an array. */
  static byte[] quote(char[] text, int offset, int length) {
    int end = offset + length;
    long size = 2;
    for (int i = offset; i < end; i++) {
      size += width(text, i, end);
      if (Character.isHighSurrogate(text[i])) {
        i++;
      }
    }
    byte[] json = new byte[Math.toIntExact(size)];
    json[0] = '"';
    int to = 1;
    for (int i = offset; i < end; i++) {
      char c = text[i];
      if (c < 0x80) {
        to = put(json, to, (byte) c);
      } else if (c < 0x800) {
        json[to++] = (byte) (0xc0 | (c >> 6));
        json[to++] = (byte) (0x80 | (c & 0x3f));
      } else if (Character.isHighSurrogate(c)) {
        int point = Character.toCodePoint(c, text[++i]);
        json[to++] = (byte) (0xf0 | (point >> 18));
        json[to++] = (byte) (0x80 | ((point >> 12) & 0x3f));
        json[to++] = (byte) (0x80 | ((point >> 6) & 0x3f));
        json[to++] = (byte) (0x80 | (point & 0x3f));
      } else {
        json[to++] = (byte) (0xe0 | (c >> 12));
        json[to++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        json[to++] = (byte) (0x80 | (c & 0x3f));
      }
    }
    json[to] = '"';
    return json;
  }

  /** Writes a string literal for UTF-8 text in a part of an array. */
  static void writeQuoted(byte[] text, int start, int end, OutputStream out) throws IOException {
    out.write('"');
    int plain = start;
    for (int i = start; i < end; i++) {
      byte b = text[i];
      if (width(b) > 1) {
        out.write(text, plain, i - plain);
        byte[] escaped = new byte[6];
        out.write(escaped, 0, put(escaped, 0, b));
        plain = i + 1;
      }
    }
    out.write(text, plain, end - plain);
    out.write('"');
  }

  /**
   * The UTF-8 form of a text.
   *
   * @throws IllegalArgumentException if it has an unpaired surrogate
   */
  static byte[] utf8(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length != text.length()) {
      char[] chars = text.toCharArray();
      for (int i = 0; i < chars.length; i++) {
        width(chars, i, chars.length);
        if (Character.isHighSurrogate(chars[i])) {
          i++;
        }
      }
    } else if (text.chars().anyMatch(c -> c >= 0x80)) {
      // An unpaired surrogate becomes one question mark.
      throw unpaired();
    }
    return bytes;
  }

  /** Bytes that the character at an index takes in a literal, with its other half if it has one. */
  private static int width(char[] text, int index, int end) {
    char c = text[index];
    if (c < 0x80) {
      return width((byte) c);
    }
    if (c < 0x800) {
      return 2;
    }
    if (!Character.isSurrogate(c)) {
      return 3;
    }
    if (Character.isHighSurrogate(c)
        && index + 1 < end
        && Character.isLowSurrogate(text[index + 1])) {
      return 4;
    }
    throw unpaired();
  }

  private static IllegalArgumentException unpaired() {
    return new IllegalArgumentException("half of a character, an unpaired surrogate");
  }

  private static int width(byte b) {
    return switch (b) {
      case '"', '\\', '\b', '\t', '\n', '\f', '\r' -> 2;
      default -> b >= 0 && b < 0x20 ? 6 : 1;
    };
  }

  /** Puts an ASCII character, escaped if need be. */
  private static int put(byte[] json, int at, byte b) {
    int to = at;
    switch (width(b)) {
      case 1 -> json[to++] = b;
      case 2 -> {
        json[to++] = '\\';
        json[to++] =
            (byte)
                switch (b) {
                  case '\b' -> 'b';
                  case '\t' -> 't';
                  case '\n' -> 'n';
                  case '\f' -> 'f';
                  case '\r' -> 'r';
                  default -> b;
                };
      }
      default -> {
        json[to++] = '\\';
        json[to++] = 'u';
        json[to++] = '0';
        json[to++] = '0';
        json[to++] = DIGITS[b >> 4];
        json[to++] = DIGITS[b & 0xf];
      }
    }
    return to;
  }
}
