package dev.arda.client.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** Takes frames from a connection. For one thread. */
final class FrameReader {

  private final ReadableByteChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(4 * Frame.LARGEST).flip();

  FrameReader(ReadableByteChannel channel) {
    this.channel = channel;
  }

  /**
   * Waits for the next frame.
   *
   * @throws EOFException at the end of the connection
   * @throws WireException if what comes is no frame that may come
   */
  Frame next() throws IOException {
    await(Frame.HEADER);
    int start = buffer.getInt();
    int length = start >>> 8;
    if (length > Frame.LARGEST) {
      throw new WireException(
          WireException.FRAME_SIZE_ERROR,
          "the other side does not speak HTTP/2, or not well: a frame of %d bytes"
              .formatted(length));
    }
    int flags = buffer.get() & 0xff;
    int stream = buffer.getInt() & Integer.MAX_VALUE;
    await(length);
    var payload = new byte[length];
    buffer.get(payload);
    var frame = new Frame(start & 0xff, flags, stream, ByteBuffer.wrap(payload));
    frame.check();
    return frame;
  }

  /**
   * The block of headers that begins with a frame and goes on in those after it, which must follow
   * at once.
   *
   * @param most how long it may be
   */
  ByteBuffer block(Frame first, int most) throws IOException {
    var block = first.content();
    for (var frame = first; !frame.is(Frame.END_HEADERS); ) {
      frame = next();
      if (frame.type() != Frame.CONTINUATION || frame.stream() != first.stream()) {
        throw new WireException(WireException.PROTOCOL_ERROR, "headers that do not go on");
      }
      int length = block.remaining() + frame.payload().remaining();
      boolean empty = !frame.payload().hasRemaining() && !frame.is(Frame.END_HEADERS);
      if (length > most || empty) {
        throw new WireException(WireException.PROTOCOL_ERROR, "headers without an end");
      }
      block = ByteBuffer.allocate(length).put(block).put(frame.payload()).flip();
    }
    return block;
  }

  private void await(int bytes) throws IOException {
    if (buffer.remaining() >= bytes) {
      return;
    }
    buffer.compact();
    while (buffer.position() < bytes) {
      if (channel.read(buffer) < 0) {
        throw new EOFException();
      }
    }
    buffer.flip();
  }
}
