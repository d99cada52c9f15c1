package dev.arda.daemon.rpc;

import com.google.protobuf.ByteString;
import java.io.OutputStream;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Cuts what is written to it into parts of a fixed size. It holds at most one part; the consumer
 * may block. What is left is handed on by {@link #finish} only, so that an answer which broke off
 * is not completed by accident. Not safe for use by several threads at a time.
 */
final class ChunkedOutputStream extends OutputStream {

  private final byte[] buffer;
  private final Consumer<ByteString> consumer;
  private int length;

  ChunkedOutputStream(int partBytes, Consumer<ByteString> consumer) {
    this.buffer = new byte[partBytes];
    this.consumer = consumer;
  }

  @Override
  public void write(int b) {
    buffer[length++] = (byte) b;
    handOnIfFull();
  }

  @Override
  public void write(byte[] bytes, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    var from = offset;
    var end = offset + count;
    while (from < end) {
      var taken = Math.min(end - from, buffer.length - length);
      System.arraycopy(bytes, from, buffer, length, taken);
      from += taken;
      length += taken;
      handOnIfFull();
    }
  }

  /** Hands on what is left. */
  void finish() {
    if (length > 0) {
      handOn();
    }
  }

  /** Does nothing: parts have a fixed size, whoever flushes. */
  @Override
  public void flush() {}

  /** Does nothing. */
  @Override
  public void close() {}

  private void handOnIfFull() {
    if (length == buffer.length) {
      handOn();
    }
  }

  private void handOn() {
    var part = ByteString.copyFrom(buffer, 0, length);
    length = 0;
    consumer.accept(part);
  }
}
