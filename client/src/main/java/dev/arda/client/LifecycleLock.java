package dev.arda.client;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to start a daemon or to remove what one left, held by one client of a user at a time.
 */
final class LifecycleLock implements AutoCloseable {

  /**
   * File locks belong to the process, and closing any channel of a file ends all of its locks on
   * that file; so within a process only one thread at a time may touch a lock file at all.
   */
  private static final ReentrantLock IN_PROCESS = new ReentrantLock();

  private final FileChannel channel;

  private LifecycleLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Waits for the lock and tells nobody. Must be closed by the same thread.
   *
   * @throws DaemonException if it is not free in time
   */
  static LifecycleLock acquire(Path file, Deadline deadline) throws InterruptedException {
    return acquire(file, deadline, new Notice(_ -> {}, Duration.ZERO, ""));
  }

  /**
   * Waits for the lock. Must be closed by the same thread.
   *
   * @param notice tells that it is waited for
   * @throws DaemonException if it is not free in time
   */
  static LifecycleLock acquire(Path file, Deadline deadline, Notice notice)
      throws InterruptedException {
    if (!IN_PROCESS.tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
      throw busy(file);
    }
    boolean locked = false;
    try {
      var channel =
          FileChannel.open(
              file,
              Set.of(
                  StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        var backoff = new Backoff(deadline);
        while (channel.tryLock() == null) {
          notice.waiting();
          if (!backoff.pause()) {
            throw busy(file);
          }
        }
        locked = true;
        return new LifecycleLock(channel);
      } finally {
        if (!locked) {
          channel.close();
        }
      }
    } catch (IOException | OverlappingFileLockException e) {
      throw new DaemonException("cannot lock %s: %s".formatted(file, e.getMessage()));
    } finally {
      if (!locked) {
        IN_PROCESS.unlock();
      }
    }
  }

  private static DaemonException busy(Path file) {
    return new DaemonException(
        "another client has been starting or stopping the daemon all the time (lock %s)"
            .formatted(file));
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock ends with the descriptor, whatever closing it reports.
    } finally {
      IN_PROCESS.unlock();
    }
  }
}
