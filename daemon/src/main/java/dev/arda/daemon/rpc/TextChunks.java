package dev.arda.daemon.rpc;

import com.google.protobuf.ByteString;
import dev.arda.nix.types.JsonText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.function.Consumer;

/** Cuts a text into chunks while it is written, so that no more than one of them is in memory. */
final class TextChunks extends OutputStream {

  private final int size;
  private final Consumer<ByteString> chunks;
  private byte[] chunk = new byte[256];
  private int length;
  private long total;

  private TextChunks(int size, Consumer<ByteString> chunks) {
    this.size = size;
    this.chunks = chunks;
  }

  /**
   * Hands a text over in chunks.
   *
   * @param size the length of all but the last, in bytes; at least 256
   * @param chunks takes them in order; may block
   * @return the length of the text in bytes
   */
  static long cut(JsonText text, int size, Consumer<ByteString> chunks) {
    var out = new TextChunks(size, chunks);
    try {
      text.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    if (out.length > 0) {
      out.emit();
    }
    return out.total;
  }

  /** The length of a text in bytes. */
  static long length(JsonText text) {
    return cut(text, 4096, _ -> {});
  }

  @Override
  public void write(int b) {
    reserve(1);
    chunk[length++] = (byte) b;
  }

  @Override
  public void write(byte[] bytes, int offset, int count) {
    int from = offset;
    int end = offset + count;
    while (from < end) {
      int part = Math.min(end - from, size - length);
      reserve(part);
      System.arraycopy(bytes, from, chunk, length, part);
      length += part;
      from += part;
      if (length == size) {
        emit();
      }
    }
  }

  private void reserve(int count) {
    if (length == size) {
      emit();
    }
    if (length + count > chunk.length) {
      chunk = Arrays.copyOf(chunk, Math.min(size, Math.max(length + count, 2 * chunk.length)));
    }
  }

  private void emit() {
    total += length;
    chunks.accept(ByteString.copyFrom(chunk, 0, length));
    length = 0;
  }
}
