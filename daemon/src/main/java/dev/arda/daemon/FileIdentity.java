package dev.arda.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which file it is that has a name. A removed file that is still open, as a lock or a socket is,
 * keeps its number, so that a successor under the same name always differs.
 *
 * @param device number of the file system
 * @param inode number of the file in it
 */
record FileIdentity(long device, long inode) {

  /** The identity of a file, links not followed; empty if there is none that can be looked at. */
  static Optional<FileIdentity> of(Path file) {
    try {
      var attributes = Files.readAttributes(file, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS);
      return Optional.of(
          new FileIdentity(
              ((Number) attributes.getOrDefault("dev", 0L)).longValue(),
              ((Number) attributes.getOrDefault("ino", 0L)).longValue()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
