package dev.arda.client;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Files that nobody else may own, read or replace. Whoever can write to the directory of a socket
 * can pretend to be the daemon, so the directory is examined before anything in it is trusted.
 */
public final class PrivateFiles {

  private static final int TYPE = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int LINK = 0120000;
  private static final int SOCKET = 0140000;
  private static final int OTHERS = 0077;

  private final int uid;

  /**
   * For the files of one user.
   *
   * @param uid numeric id of the user
   */
  public PrivateFiles(int uid) {
    this.uid = uid;
  }

  /**
   * Makes a directory that only its owner may enter, or checks that it is one. The mode is given
   * when it is created; an existing directory is never repaired, because what is in it may already
   * be somebody else's.
   *
   * @throws DaemonException if it is not such a directory
   */
  public void ensureDirectory(Path directory) {
    try {
      Files.createDirectories(directory, ownerOnly());
    } catch (IOException e) {
      // It may exist as something else; then the examination below says so better.
      if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
        throw new DaemonException(
            "cannot create the runtime directory %s: %s\nset %s to a directory of your own"
                .formatted(directory, explain(e), Setting.ARDA_RUNTIME_DIR.name()));
      }
    }
    directoryFault(directory)
        .ifPresent(fault -> {
          throw new DaemonException(fault);
        });
  }

  /** What is wrong with a runtime directory; empty if nothing is. A missing one is wrong. */
  public Optional<String> directoryFault(Path directory) {
    Owned found;
    try {
      found = examine(directory);
    } catch (IOException e) {
      return Optional.of(
          "cannot examine the runtime directory %s: %s".formatted(directory, explain(e)));
    }
    int mode = found.mode();
    int owner = found.owner();
    var subject = "the runtime directory " + directory;
    if ((mode & TYPE) == LINK) {
      return Optional.of(subject + " is a symbolic link, which could lead anywhere; remove it");
    }
    if ((mode & TYPE) != DIRECTORY) {
      return Optional.of(subject + " is not a directory; remove it");
    }
    if (owner != uid) {
      return Optional.of(
          "%s belongs to the user with the id %d, not to you (%d); set %s to a directory of your own"
              .formatted(subject, owner, uid, Setting.ARDA_RUNTIME_DIR.name()));
    }
    if ((mode & OTHERS) != 0) {
      return Optional.of(
          "%s has the mode %04o, so others can reach into it; check what is in it, then: chmod 700 %s"
              .formatted(subject, mode & 07777, directory));
    }
    return Optional.empty();
  }

  /** Whether there is a socket to connect to. */
  enum SocketFile {
    MISSING,
    PRESENT
  }

  /**
   * Looks at a socket before connecting to it.
   *
   * @throws DaemonException if it is not a socket, or somebody else's
   */
  SocketFile examineSocket(Path socket) {
    Owned found;
    try {
      found = examine(socket);
    } catch (NoSuchFileException e) {
      return SocketFile.MISSING;
    } catch (IOException e) {
      throw new DaemonException("cannot examine %s: %s".formatted(socket, explain(e)));
    }
    int mode = found.mode();
    int owner = found.owner();
    if ((mode & TYPE) != SOCKET) {
      throw new DaemonException(socket + " is not a socket; remove it");
    }
    if (owner != uid) {
      throw new DaemonException(
          "%s belongs to the user with the id %d, not to you (%d); it is not trusted"
              .formatted(socket, owner, uid));
    }
    return SocketFile.PRESENT;
  }

  /** The attribute that creates files which only their owner may use. */
  static FileAttribute<Set<PosixFilePermission>> ownerOnly() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  }

  /** What went wrong with a file, without the name of an exception class where that is possible. */
  static String explain(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (e instanceof java.nio.file.AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileSystemException f && f.getReason() != null) {
      return f.getReason();
    }
    return String.valueOf(e.getMessage());
  }

  private record Owned(int mode, int owner) {}

  private static Owned examine(Path path) throws IOException {
    var attributes = Files.readAttributes(path, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
    return new Owned(
        (Integer) Objects.requireNonNull(attributes.get("mode")),
        (Integer) Objects.requireNonNull(attributes.get("uid")));
  }
}
