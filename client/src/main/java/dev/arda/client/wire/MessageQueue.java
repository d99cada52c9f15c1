package dev.arda.client.wire;

import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Puts messages together from the parts in which they arrive. Not thread-safe. */
final class MessageQueue {

  /** Metadata of a flake and names to complete come in one message; values are streamed. */
  private static final int LARGEST = 64 * 1024 * 1024;

  private final ArrayDeque<byte[]> whole = new ArrayDeque<>();
  private final ByteBuffer prefix = ByteBuffer.allocate(5);
  private byte @Nullable [] message;
  private int filled; // bytes of it

  /** Takes bytes; says what is wrong with them if something is. */
  @Nullable Status add(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      if (message == null) {
        prefix.put(bytes.get());
        if (!prefix.hasRemaining()) {
          prefix.flip();
          if (prefix.get() != 0) {
            return Status.INTERNAL.withDescription("a compressed message");
          }
          int length = prefix.getInt();
          if (length < 0 || length > LARGEST) {
            return Status.RESOURCE_EXHAUSTED.withDescription(
                "a message of %d bytes, of at most %d"
                    .formatted(Integer.toUnsignedLong(length), LARGEST));
          }
          message = new byte[length];
          filled = 0;
          prefix.clear();
        }
      }
      var current = message;
      if (current != null) {
        int length = Math.min(bytes.remaining(), current.length - filled);
        bytes.get(current, filled, length);
        filled += length;
        if (filled == current.length) {
          whole.add(current);
          message = null;
        }
      }
    }
    return null;
  }

  boolean hasNext() {
    return !whole.isEmpty();
  }

  /** Whether the beginning of a message has come, but not its end. */
  boolean isInMessage() {
    return message != null || prefix.position() > 0;
  }

  InputStream next() {
    return new ByteArrayInputStream(whole.remove());
  }
}
