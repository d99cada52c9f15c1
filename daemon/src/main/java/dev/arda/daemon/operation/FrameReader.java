package dev.arda.daemon.operation;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads the frames of a file from its beginning. What is damaged is passed over: the reader goes on
 * with the next frame that is whole. Reads through no channel, so that an interrupt of the thread
 * does it no harm. For one thread.
 */
final class FrameReader implements Closeable {

  private static final int BUFFER_BYTES = 16 * 1024;

  private final RandomAccessFile file;
  private byte[] buffer = new byte[0];
  private long bufferStart;
  private long position;
  private boolean damaged;

  /**
   * Opens a file.
   *
   * @throws java.io.FileNotFoundException if it cannot be read
   */
  FrameReader(Path path) throws IOException {
    file = new RandomAccessFile(path.toFile(), "r");
  }

  /** Whether something was passed over because it was damaged. */
  boolean damaged() {
    return damaged;
  }

  /** Where the next frame begins: after the last whole one. */
  long position() {
    return position;
  }

  /** Bytes of the file. */
  long length() throws IOException {
    return file.length();
  }

  /**
   * The next frame.
   *
   * @param least frames with a smaller number are passed over unread
   * @param limit where the file ends for this reader; what lies behind may be unfinished
   * @return empty: there is none before the limit
   */
  Optional<Frame> next(long least, long limit) throws IOException {
    while (position + Frame.HEAD_BYTES <= limit) {
      var head = ByteBuffer.wrap(read(position, Frame.HEAD_BYTES));
      int mark = head.getInt();
      int length = head.getInt();
      long number = head.getLong();
      int checksum = head.getInt();
      long end = position + Frame.HEAD_BYTES + length;
      if (mark == Frame.MARK && length >= 0 && length <= Frame.MAX_PAYLOAD && end <= limit) {
        if (number < least && isFrameAt(end, limit)) {
          position = end;
          continue;
        }
        var payload = read(position + Frame.HEAD_BYTES, length);
        if (Frame.checksum(length, number, payload) == checksum) {
          position = end;
          if (number < least) {
            continue;
          }
          return Optional.of(new Frame(number, payload));
        }
      }
      var found = find(position + 1, limit);
      if (found.isEmpty()) {
        return Optional.empty(); // unfinished, or damaged up to the end
      }
      damaged = true;
      position = found.get();
    }
    return Optional.empty();
  }

  private boolean isFrameAt(long place, long limit) throws IOException {
    return place == limit
        || (place + Integer.BYTES <= limit
            && ByteBuffer.wrap(read(place, Integer.BYTES)).getInt() == Frame.MARK);
  }

  private Optional<Long> find(long from, long limit) throws IOException {
    for (long place = from; place + Frame.HEAD_BYTES <= limit; ) {
      int size = (int) Math.min(BUFFER_BYTES, limit - place);
      var bytes = ByteBuffer.wrap(read(place, size));
      for (int i = 0; i + Integer.BYTES <= size; i++) {
        if (bytes.getInt(i) == Frame.MARK) {
          return Optional.of(place + i);
        }
      }
      place += size - (Integer.BYTES - 1);
    }
    return Optional.empty();
  }

  private byte[] read(long start, int length) throws IOException {
    if (length > BUFFER_BYTES) {
      var result = new byte[length];
      file.seek(start);
      file.readFully(result);
      return result;
    }
    if (start < bufferStart || start + length > bufferStart + buffer.length) {
      var filled = new byte[BUFFER_BYTES];
      file.seek(start);
      int size = 0;
      for (int n = 0; n >= 0 && size < filled.length; size += Math.max(0, n)) {
        n = file.read(filled, size, filled.length - size);
      }
      buffer = Arrays.copyOf(filled, size);
      bufferStart = start;
      if (size < length) {
        throw new java.io.EOFException("the file became shorter");
      }
    }
    int offset = (int) (start - bufferStart);
    return Arrays.copyOfRange(buffer, offset, offset + length);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
