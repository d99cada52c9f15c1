package dev.arda.daemon;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/** Directories and files that nobody else can look into. */
final class PrivateDirectories {

  private static final Set<PosixFilePermission> OWNER_ALL =
      PosixFilePermissions.fromString("rwx------");

  /** Creates files with the mode 0600, whatever the umask. */
  static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final int TYPE = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int OTHERS = 0077;

  private PrivateDirectories() {}

  /**
   * Creates a directory with the mode 0700 unless it is there, then makes sure that it is a real
   * directory (not a link), belongs to the user and is closed to everybody else. The check follows
   * the creation, and nothing is repaired: a directory that somebody else prepared is not to be
   * trusted.
   *
   * @param variable what to set to use another directory, for the message
   * @throws DaemonStartException if it is not as it should be
   */
  static void createVerified(Path directory, long uid, String variable)
      throws DaemonStartException {
    try {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ALL));
    } catch (FileAlreadyExistsException e) {
      // looked at below
    } catch (NoSuchFileException e) {
      throw refused(
          directory,
          "cannot be created because %s does not exist".formatted(directory.getParent()),
          variable);
    } catch (IOException e) {
      throw refused(directory, "cannot be created (%s)".formatted(e.getMessage()), variable);
    }
    Map<String, Object> attributes;
    try {
      attributes = Files.readAttributes(directory, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw refused(directory, "cannot be examined (%s)".formatted(e.getMessage()), variable);
    }
    var mode = ((Number) attributes.getOrDefault("mode", 0)).intValue();
    var owner = ((Number) attributes.getOrDefault("uid", -1)).longValue();
    if ((mode & TYPE) != DIRECTORY) {
      throw refused(directory, "is not a directory (a link to one is not accepted)", variable);
    }
    if (owner != uid) {
      throw refused(
          directory, "belongs to user %d, not to you (user %d)".formatted(owner, uid), variable);
    }
    if ((mode & OTHERS) != 0) {
      throw refused(
          directory,
          "is open to others (mode %03o); close it with `chmod 700 %s`"
              .formatted(mode & 0777, directory),
          variable);
    }
  }

  /**
   * Creates a directory and its missing parents, each with the mode 0700. Existing ones are left as
   * they are.
   */
  static void createAll(Path directory) throws IOException {
    Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ALL));
  }

  private static DaemonStartException refused(Path directory, String why, String variable) {
    return new DaemonStartException(
        ExitCode.FAILED,
        "The directory %s %s. Set %s to use another one.".formatted(directory, why, variable));
  }
}
