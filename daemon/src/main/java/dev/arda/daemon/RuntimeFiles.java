package dev.arda.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a daemon in its runtime directory. Their names carry the generation of the file
 * protocol, so that a daemon of another generation can run beside it:
 *
 * <ul>
 *   <li>{@code daemon-1.lock}: taken by clients while they start a daemon; never touched here
 *   <li>{@code daemon-1.running}: the {@link RunningLock}; never removed
 *   <li>{@code daemon-1.sock}: the socket, 0600
 *   <li>{@code daemon-1.json}: the {@link RuntimeRecord}, written once the socket accepts
 * </ul>
 *
 * <p>Files are removed only while they are this daemon's own: when the directory was removed at a
 * logout and made anew, a successor may already have its files there.
 */
final class RuntimeFiles {

  /** The kernel's limit is 107 bytes, macOS has 103; the rest is for clients' private copies. */
  static final int MAX_SOCKET_PATH_BYTES = 100;

  private static final Logger LOG = LoggerFactory.getLogger(RuntimeFiles.class);
  private static final String BASE = "daemon-1";

  private final Path directory;
  private final RunningLock lock;
  private Optional<FileIdentity> socketIdentity = Optional.empty();
  private Optional<RuntimeRecord> record = Optional.empty();

  private RuntimeFiles(Path directory, RunningLock lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Makes the directory ready and takes the running lock.
   *
   * @throws DaemonStartException if the directory is not safe, the path of the socket would be too
   *     long, or another daemon is running there
   */
  static RuntimeFiles open(Path directory, long uid) throws DaemonStartException {
    var socket = directory.resolve(BASE + ".sock");
    var length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_SOCKET_PATH_BYTES) {
      throw new DaemonStartException(
          ExitCode.FAILED,
          "The socket path %s is %d bytes long, but only %d fit. Set ARDA_RUNTIME_DIR to a shorter directory."
              .formatted(socket, length, MAX_SOCKET_PATH_BYTES));
    }
    PrivateDirectories.createVerified(directory, uid, "ARDA_RUNTIME_DIR");
    try {
      var lock = RunningLock.take(directory.resolve(BASE + ".running"));
      return new RuntimeFiles(
          directory,
          lock.orElseThrow(() ->
              new DaemonStartException(
                  ExitCode.ALREADY_RUNNING,
                  "Another daemon is running in %s.".formatted(directory))));
    } catch (IOException e) {
      throw new DaemonStartException(
          ExitCode.FAILED,
          "The lock in %s cannot be taken: %s".formatted(directory, e.getMessage()),
          e);
    }
  }

  /** Where clients find the socket. */
  Path socket() {
    return directory.resolve(BASE + ".sock");
  }

  /** Where clients find the record. */
  Path recordFile() {
    return directory.resolve(BASE + ".json");
  }

  /**
   * The name under which the socket is made. It is moved into place by {@link #publishSocket}, for
   * two reasons: a left-over socket of a killed daemon is replaced in one step, and Netty, which
   * removes the name that it made when it stops listening, cannot remove a successor's socket.
   */
  Path newSocket() throws IOException {
    var file = directory.resolve(BASE + ".new");
    Files.deleteIfExists(file); // of a daemon that was killed in between; we hold the lock
    return file;
  }

  /** Closes the socket to others and gives it its name. */
  void publishSocket(Path made) throws IOException {
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
    socketIdentity = FileIdentity.of(made);
    Files.move(made, socket(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Writes the record: from now on clients can find the daemon. */
  void publishRecord(RuntimeRecord newRecord) throws IOException {
    newRecord.write(recordFile());
    record = Optional.of(newRecord);
  }

  /** Whether clients can still find this daemon, and no other would be found instead. */
  boolean areOurs() {
    return lock.isInPlace() && isSocketOurs() && isRecordOurs();
  }

  /** Removes socket and record, if they are ours, then lets the lock go. */
  void close() {
    try {
      // The lock decides whose directory it is; the other two are looked at to be sure.
      if (lock.isInPlace()) {
        if (isRecordOurs()) {
          Files.deleteIfExists(recordFile());
        }
        if (isSocketOurs()) {
          Files.deleteIfExists(socket());
        }
      }
    } catch (IOException e) {
      LOG.warn("Could not remove the files in {}: {}", directory, e.getMessage());
    } finally {
      try {
        lock.close();
      } catch (IOException e) {
        LOG.warn("Could not let go of the lock in {}: {}", directory, e.getMessage());
      }
    }
  }

  /**
   * As {@link #close}, for a directory that was made for one private client, which may have been
   * killed before it could clean up: leaves nothing of the daemon, and no empty directory. Nobody
   * waits for the lock of a daemon that has no socket any more, so its file may go, too.
   */
  void closeAndRemove() {
    try {
      if (areOurs()) {
        Files.deleteIfExists(directory.resolve(BASE + ".running"));
        Files.deleteIfExists(recordFile());
        Files.deleteIfExists(socket());
        Files.deleteIfExists(directory);
      }
    } catch (IOException e) {
      LOG.debug("The directory {} stays: {}", directory, e.getMessage());
    } finally {
      close();
    }
  }

  private boolean isSocketOurs() {
    return socketIdentity.isPresent() && FileIdentity.of(socket()).equals(socketIdentity);
  }

  private boolean isRecordOurs() {
    return record.isPresent() && RuntimeRecord.read(recordFile()).equals(record);
  }
}
