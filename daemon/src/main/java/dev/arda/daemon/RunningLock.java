package dev.arda.daemon;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/**
 * The proof that one daemon runs in a directory: an exclusive lock on a file, held until the
 * process ends, however it ends. The file is never removed: a lock on a removed file would not keep
 * a second daemon away.
 *
 * <p>Nothing in this process may open the file again while the lock is held: closing any descriptor
 * of it would drop the lock (POSIX record locks belong to the process).
 */
final class RunningLock implements AutoCloseable {

  private final Path file;
  private final FileChannel channel;
  private final Optional<FileIdentity> identity;

  private RunningLock(Path file, FileChannel channel, Optional<FileIdentity> identity) {
    this.file = file;
    this.channel = channel;
    this.identity = identity;
  }

  /** Takes the lock; empty if another process holds it. Does not wait. */
  static Optional<RunningLock> take(Path file) throws IOException {
    var channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            PrivateDirectories.OWNER_FILE);
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
    return taken
        ? Optional.of(new RunningLock(file, channel, FileIdentity.of(file)))
        : Optional.empty();
  }

  /** Whether the file under the name is still the one that is locked. */
  boolean isInPlace() {
    return identity.isPresent() && FileIdentity.of(file).equals(identity);
  }

  /** Drops the lock. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
