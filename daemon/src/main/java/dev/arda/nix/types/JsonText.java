package dev.arda.nix.types;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * A value as JSON text in UTF-8, written when it is wanted: somebody who reads slowly, or many who
 * read the same, do not keep it in memory. Says the same each time, on any thread.
 */
@FunctionalInterface
public interface JsonText {

  /**
   * Writes the text.
   *
   * @throws IOException as {@code out} does
   */
  void writeTo(OutputStream out) throws IOException;

  /** The whole text; to be read only. */
  default byte[] bytes() {
    var out = new ByteArrayOutputStream();
    try {
      writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return out.toByteArray();
  }

  /**
   * A text that is there already.
   *
   * @param utf8 handed over
   */
  static JsonText of(byte[] utf8) {
    return new JsonText() {
      @Override
      public void writeTo(OutputStream out) throws IOException {
        out.write(utf8);
      }

      @Override
      public byte[] bytes() {
        return utf8;
      }
    };
  }
}
