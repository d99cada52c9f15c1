package dev.arda.nix.system.source;

import dev.arda.nix.system.source.ChangeJournal.Kind;
import dev.arda.nix.system.source.ChangeJournal.Step;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * The lock of a git index, held by arda while git works on a copy of the index. Whoever comes after
 * a process that was killed knows by the journal that the lock is arda's, and that nobody holds it.
 *
 * @param index the index
 * @param copy what git changes
 */
record IndexLock(Path index, Path copy) implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final String LOCK = ".lock";

  /**
   * Takes it; another git may have it for some seconds.
   *
   * @throws SystemException {@code HOST_SOURCE_REFUSED} if another one has it for longer
   */
  static IndexLock take(Path index, ChangeJournal journal) throws IOException {
    var token = "arda " + UUID.randomUUID() + "\n";
    var copy = index.resolveSibling("arda-index-" + UUID.randomUUID());
    journal.note(Kind.LOCK, List.of(lockOf(index).toString(), token, copy.toString()));
    // The lock never is there without what tells whose it is.
    Files.writeString(copy, token);
    var end = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (!isTaken(lockOf(index), copy)) {
        if (System.nanoTime() - end > 0) {
          throw busy(lockOf(index));
        }
        pause(index);
      }
    } finally {
      Files.delete(copy);
    }
    var result = new IndexLock(index, copy);
    if (Files.exists(index)) {
      // git tells by the time of the index which files may have changed within it.
      Files.copy(index, copy, StandardCopyOption.COPY_ATTRIBUTES);
    }
    return result;
  }

  private static boolean isTaken(Path lock, Path token) throws IOException {
    try {
      link(lock, token);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static void link(Path lock, Path token) throws IOException {
    try {
      Files.createLink(lock, token);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
      // There are no hard links here.
      Files.copy(token, lock);
    }
  }

  private static void pause(Path index) {
    LockSupport.parkNanos(PAUSE.toNanos());
    if (Thread.currentThread().isInterrupted()) {
      throw new CommandException(
          Reason.CANCELLED, "The change of %s was given up.".formatted(index));
    }
  }

  private static SystemException busy(Path lock) {
    return new SystemException(
        Reason.HOST_SOURCE_REFUSED,
        "The index of git is locked by another process: %s is there.".formatted(lock),
        Details.NONE
            .with("path", lock.toString())
            .with(
                "hint",
                "try it again when git is done there; if no git is at work, one was killed: remove "
                    + lock));
  }

  private static Path lockOf(Path index) {
    return index.resolveSibling(index.getFileName() + LOCK);
  }

  /** The copy becomes the index. */
  void replace() throws IOException {
    if (Files.exists(copy)) {
      Files.move(copy, index, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(copy);
    Files.deleteIfExists(lockOf(index));
  }

  /**
   * Gives back a lock that a process had which is gone. That of another git is left.
   *
   * @param step how it was taken
   */
  static void release(Step step) throws IOException {
    var lock = step.path(0);
    if (Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)
        && Files.size(lock) == step.words().get(1).length()
        && Files.readString(lock).equals(step.words().get(1))) {
      Files.delete(lock);
    }
    var copy = step.path(2);
    Files.deleteIfExists(copy);
    Files.deleteIfExists(lockOf(copy));
  }
}
