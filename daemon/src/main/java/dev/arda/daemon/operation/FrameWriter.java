package dev.arda.daemon.operation;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * Appends frames to a file. A frame is there as a whole or not at all: what a failed attempt has
 * written is written over by the next one. Writes through no channel, so that an interrupt of the
 * thread does it no harm. For one thread at a time.
 */
class FrameWriter implements Closeable {

  private final RandomAccessFile file;
  private long end;

  /**
   * Opens a file, or creates it.
   *
   * @param end where the next frame goes; whatever lies behind is cut off
   */
  FrameWriter(Path path, long end) throws IOException {
    this.file = new RandomAccessFile(path.toFile(), "rw");
    this.end = end;
    boolean ready = false;
    try {
      if (file.length() > end) {
        file.setLength(end);
      }
      ready = true;
    } finally {
      if (!ready) {
        file.close();
      }
    }
  }

  /**
   * Appends a frame.
   *
   * @throws IOException if it could not be written; the file is as before
   */
  void append(Frame frame) throws IOException {
    var bytes = frame.encode();
    boolean written = false;
    try {
      put(file, end, bytes);
      end += bytes.length;
      written = true;
    } finally {
      if (!written) {
        cut();
      }
    }
  }

  /** Writes bytes to a place of the file. */
  void put(RandomAccessFile to, long place, byte[] bytes) throws IOException {
    to.seek(place);
    to.write(bytes);
  }

  private void cut() {
    try {
      file.setLength(end);
    } catch (IOException e) {
      // The next attempt writes over it, and a reader passes over it.
    }
  }

  /** Where the last frame ends. */
  long end() {
    return end;
  }

  /** Returns when what was written will outlive a loss of power. */
  void force() throws IOException {
    file.getFD().sync();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
