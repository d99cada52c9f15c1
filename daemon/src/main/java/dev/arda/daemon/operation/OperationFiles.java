package dev.arda.daemon.operation;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The directory of an operation that this process runs. It appears under its name only when it is
 * complete and locked, so that nobody takes an operation that is just beginning for an abandoned
 * one.
 */
final class OperationFiles implements Closeable {

  static final String RECORD = "record";
  static final String EVENTS = "events";
  static final String LOG = "log";
  static final String LOCK = "lock";

  /** Of directories that are not complete yet, or not any more. */
  static final String HIDDEN = ".";

  private final Path directory;
  private final OperationLock lock;
  private final FrameWriter events;
  private final LogFile log;

  private OperationFiles(Path directory, OperationLock lock, FrameWriter events, LogFile log) {
    this.directory = directory;
    this.lock = lock;
    this.events = events;
    this.log = log;
  }

  /**
   * Creates them.
   *
   * @param root the directory of all operations; is created if it is missing
   * @throws IOException if that is not possible
   */
  static OperationFiles create(Path root, String id, OperationRecord record) throws IOException {
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    Files.createDirectories(root, owner);
    var directory = root.resolve(id);
    var hidden = root.resolve(HIDDEN + id);
    Files.createDirectory(hidden, owner);
    var opened = new java.util.ArrayDeque<Closeable>();
    boolean complete = false;
    try {
      var lock =
          OperationLock.take(hidden.resolve(LOCK))
              .orElseThrow(() -> new IOException("the lock of a new operation is held"));
      opened.push(lock);
      record.write(hidden.resolve(RECORD));
      var events = new FrameWriter(hidden.resolve(EVENTS), 0);
      opened.push(events);
      var log = new LogFile(hidden.resolve(LOG), directory.resolve(LOG));
      opened.push(log);
      Files.move(hidden, directory, StandardCopyOption.ATOMIC_MOVE);
      complete = true;
      return new OperationFiles(directory, lock, events, log);
    } finally {
      if (!complete) {
        for (var one : opened) {
          one.close();
        }
        Directories.delete(hidden);
      }
    }
  }

  Path eventsPath() {
    return directory.resolve(EVENTS);
  }

  FrameWriter events() {
    return events;
  }

  LogFile log() {
    return log;
  }

  /** Writes the record anew. */
  void record(OperationRecord record) throws IOException {
    record.write(directory.resolve(RECORD));
  }

  /** The operation has ended, and all of it is written. */
  @Override
  public void close() throws IOException {
    try (lock;
        events;
        log) {
      events.force();
    }
  }
}
