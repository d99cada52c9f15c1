package dev.arda.client.cli;

import com.google.protobuf.ByteString;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Standard output: buffered, in UTF-8, with one exception for everything that can go wrong with it.
 */
final class Out {

  private final OutputStream stream;

  Out(OutputStream stream) {
    this.stream = new BufferedOutputStream(stream, 64 * 1024);
  }

  /** Something that writes bytes. */
  interface Writing {
    void to(OutputStream stream) throws IOException;
  }

  /**
   * Writes bytes.
   *
   * @throws OutputException if they cannot be written; from here too for everything below
   */
  void write(Writing writing) {
    try {
      writing.to(stream);
    } catch (IOException e) {
      throw new OutputException(e);
    }
  }

  /** Writes bytes as they are. */
  void bytes(ByteString bytes) {
    write(bytes::writeTo);
  }

  /** Writes text. */
  void text(String text) {
    write(s -> s.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Writes a line. */
  void line(String text) {
    text(text + "\n");
  }

  /** Passes everything on. */
  void flush() {
    write(OutputStream::flush);
  }
}
