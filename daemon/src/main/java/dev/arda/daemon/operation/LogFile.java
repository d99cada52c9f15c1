package dev.arda.daemon.operation;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole log of one operation on disk: texts in the order in which they were printed, each with
 * the node that printed it. What cannot be written is counted, and told in its place when writing
 * works again. Thread-safe.
 */
final class LogFile implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(LogFile.class);

  private final Path path;
  private final FrameWriter writer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition appended = lock.newCondition();
  private long number;
  private long lost;
  private boolean closed;

  /**
   * Creates a file.
   *
   * @param path where to create it
   * @param later where it will be found
   */
  LogFile(Path path, Path later) throws IOException {
    this.path = later;
    this.writer = new FrameWriter(path, 0);
  }

  /**
   * What one node printed.
   *
   * @param nodeId empty: the operation itself
   * @param text whole lines in UTF-8, each with its newline, as they were printed
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  record Text(String nodeId, byte[] text) {

    byte[] encode() {
      var id = nodeId.getBytes(StandardCharsets.UTF_8);
      var bytes = ByteBuffer.allocate(Integer.BYTES + id.length + text.length);
      return bytes.putInt(id.length).put(id).put(text).array();
    }

    static Text decode(byte[] payload) {
      var bytes = ByteBuffer.wrap(payload);
      int length = Math.clamp(bytes.remaining() < 4 ? 0 : bytes.getInt(), 0, bytes.remaining());
      var id = new String(payload, bytes.position(), length, StandardCharsets.UTF_8);
      var text = new ByteArrayOutputStream();
      int start = bytes.position() + length;
      text.write(payload, start, payload.length - start);
      return new Text(id, text.toByteArray());
    }
  }

  /** Where it lies. */
  Path path() {
    return path;
  }

  /**
   * Appends texts.
   *
   * @return whether all could be written
   */
  boolean append(List<Text> texts) {
    lock.lock();
    try {
      for (var text : texts) {
        append(text);
      }
      appended.signalAll();
      return lost == 0;
    } finally {
      lock.unlock();
    }
  }

  private void append(Text text) {
    try {
      if (lost > 0) {
        var mark =
            "[arda: %,d bytes are missing here: they could not be written]\n".formatted(lost);
        write(new Text(text.nodeId(), mark.getBytes(StandardCharsets.UTF_8)));
        lost = 0;
      }
      write(text);
    } catch (IOException e) {
      if (lost == 0) {
        LOG.warn("A log cannot be written to {}: {}", path, e.getMessage());
      }
      lost += text.text().length;
    }
  }

  private void write(Text text) throws IOException {
    writer.append(new Frame(number, text.encode()));
    number++;
  }

  /**
   * Waits until the file is longer, or complete.
   *
   * @return how long it is; the same as {@code known} if no more will come
   */
  long awaitMoreThan(long known) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (writer.end() <= known && !closed) {
        appended.await();
      }
      return writer.end();
    } finally {
      lock.unlock();
    }
  }

  /** How long it is now. */
  long length() {
    lock.lock();
    try {
      return writer.end();
    } finally {
      lock.unlock();
    }
  }

  /** No more will come; those who follow have it all. */
  void complete() {
    lock.lock();
    try {
      closed = true;
      appended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    complete();
    lock.lock();
    try {
      writer.close();
    } finally {
      lock.unlock();
    }
  }
}
