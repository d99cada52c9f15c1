package dev.arda.nix.core;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one output of a process to its end on a thread of its own, so that the process never waits
 * for a reader that is busy elsewhere.
 */
final class OutputPump {

  /** Takes what was read. Called by one thread at a time. */
  interface Sink {
    /** The first {@code length} bytes are new. */
    void accept(byte[] bytes, int length);

    /** There is no more. */
    default void finish() {}
  }

  private static final Logger log = LoggerFactory.getLogger(OutputPump.class);
  private static final long SILENCE_MILLIS = 500;

  private final InputStream stream;
  private final Sink sink;
  private final CountDownLatch done = new CountDownLatch(1);
  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed; // guarded by lock: the sink gets nothing more
  private long reads; // guarded by lock
  private boolean reading; // guarded by lock: waits for bytes

  private OutputPump(InputStream stream, Sink sink) {
    this.stream = stream;
    this.sink = sink;
  }

  static OutputPump start(InputStream stream, Sink sink, ThreadFactory threads) {
    var pump = new OutputPump(stream, sink);
    threads.newThread(pump::pump).start();
    return pump;
  }

  private void pump() {
    var buffer = new byte[16 * 1024];
    try (stream) {
      while (true) {
        setReading(true);
        var length = stream.read(buffer);
        setReading(false);
        if (length < 0 || !deliver(buffer, length)) {
          break;
        }
      }
    } catch (IOException e) {
      // "Stream closed": the process was ended, or its output was given up.
      log.trace("an output ended", e);
    } finally {
      close();
      done.countDown();
    }
  }

  private void setReading(boolean value) {
    lock.lock();
    try {
      reading = value;
      reads++;
    } finally {
      lock.unlock();
    }
  }

  private boolean deliver(byte[] buffer, int length) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      sink.accept(buffer, length);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void close() {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        sink.finish();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until all was read. To be called when the process and its group are gone: a process that
   * left the group may still hold the pipe, and is not waited for once it has been silent for a
   * moment. Not interruptible.
   */
  void await() {
    var interrupted = false;
    var seen = -1L;
    while (true) {
      try {
        if (done.await(SILENCE_MILLIS, TimeUnit.MILLISECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
        continue;
      }
      // Not held while the sink is busy for long: the sink's own pace decides then.
      lock.lock();
      try {
        if (reading && reads == seen) {
          break;
        }
        seen = reads;
      } finally {
        lock.unlock();
      }
    }
    if (done.getCount() > 0) {
      giveUp();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void giveUp() {
    close();
    try {
      stream.close();
    } catch (IOException e) {
      log.trace("an output could not be closed", e);
    }
  }
}
