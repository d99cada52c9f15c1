package dev.arda.client.wire;

import java.nio.ByteBuffer;

/**
 * One frame (RFC 9113, section 4).
 *
 * @param type one of the constants, or a number that means nothing here
 * @param flags as they were sent
 * @param stream number of the stream; zero: the connection
 * @param payload what follows the header; position and limit say how much
 */
record Frame(int type, int flags, int stream, ByteBuffer payload) {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int ACK = 1;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  static final int PADDED = 8;
  static final int PRIORITY = 32;

  /** Bytes before the payload. */
  static final int HEADER = 9;

  /** The largest payload that either side sends; nobody may exceed it unless told otherwise. */
  static final int LARGEST = 16_384;

  static Frame of(int type, int flags, int stream, byte... payload) {
    return new Frame(type, flags, stream, ByteBuffer.wrap(payload));
  }

  /** A frame whose payload is one number of 32 bits. */
  static Frame number(int type, int stream, int number) {
    return new Frame(type, 0, stream, ByteBuffer.allocate(4).putInt(number).flip());
  }

  boolean is(int flag) {
    return (flags & flag) != 0;
  }

  /** The frame as it is sent. */
  ByteBuffer bytes() {
    int length = payload.remaining();
    return ByteBuffer.allocate(HEADER + length)
        .putInt((length << 8) | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload.duplicate())
        .flip();
  }

  /**
   * The payload without padding and, for headers, without a priority.
   *
   * @throws WireException if it is shorter than it says
   */
  ByteBuffer content() throws WireException {
    var content = payload.duplicate();
    int padding = 0;
    int before = (is(PADDED) ? 1 : 0) + (type == HEADERS && is(PRIORITY) ? 5 : 0);
    if (before <= content.remaining()) {
      if (is(PADDED)) {
        padding = content.get() & 0xff;
        before--;
      }
      content.position(content.position() + before);
      if (padding <= content.remaining()) {
        return content.limit(content.limit() - padding);
      }
    }
    throw new WireException(
        WireException.PROTOCOL_ERROR, "a frame is padded with more than it holds");
  }

  /** The first 32 bits of the payload without their sign, which is reserved. */
  int number() {
    return payload.getInt(payload.position()) & Integer.MAX_VALUE;
  }

  /**
   * Checks what its type demands of every frame.
   *
   * @throws WireException if something is not so
   */
  void check() throws WireException {
    boolean ofConnection = type == SETTINGS || type == PING || type == GOAWAY;
    boolean ofStream =
        type == DATA || type == HEADERS || type == RST_STREAM || type == CONTINUATION;
    if (stream == 0 ? ofStream : ofConnection) {
      throw new WireException(
          WireException.PROTOCOL_ERROR, "a frame of type %d on stream %d".formatted(type, stream));
    }
    int length = payload.remaining();
    boolean fits =
        switch (type) {
          case RST_STREAM, WINDOW_UPDATE -> length == 4;
          case SETTINGS -> length % 6 == 0 && (!is(ACK) || length == 0);
          case PING -> length == 8;
          case GOAWAY -> length >= 8;
          default -> true;
        };
    if (!fits) {
      throw new WireException(
          WireException.FRAME_SIZE_ERROR,
          "a frame of type %d with %d bytes".formatted(type, length));
    }
  }
}
