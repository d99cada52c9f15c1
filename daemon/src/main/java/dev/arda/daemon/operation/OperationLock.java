package dev.arda.daemon.operation;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The proof that the process which runs an operation is alive: a lock on a file of the operation,
 * held until the operation has ended or the process has, however it ends.
 *
 * <p>The process that holds the lock must not open the file again: closing any descriptor of it
 * would drop the lock (POSIX record locks belong to the process).
 */
final class OperationLock implements Closeable {

  private final FileChannel channel;

  private OperationLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes the lock; empty if it is held. Does not wait. */
  static Optional<OperationLock> take(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean taken = false;
    try {
      taken = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      taken = false; // held by another daemon in this same process
    } finally {
      if (!taken) {
        channel.close();
      }
    }
    return taken ? Optional.of(new OperationLock(channel)) : Optional.empty();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
