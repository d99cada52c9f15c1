package dev.arda.daemon;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.CodeSource;
import java.util.Objects;
import java.util.Optional;

/**
 * The jar that this daemon runs from. Java loads classes from it when they are first needed; once
 * the file is another one, as after an update in place, classes that were not needed yet cannot be
 * loaded any more.
 *
 * @param jar the file
 * @param stamp what it looked like
 */
record Installation(Path jar, Stamp stamp) {

  /** What a file looks like without reading it. */
  private record Stamp(String modified, long size, Optional<FileIdentity> identity) {}

  /** What this process runs from; empty if that is no file, as in a test. */
  static Optional<Installation> current() {
    CodeSource source = Installation.class.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return Optional.empty();
    }
    try {
      Path jar = Path.of(source.getLocation().toURI());
      return Files.isRegularFile(jar)
          ? Optional.of(new Installation(jar, stamp(jar)))
          : Optional.empty();
    } catch (URISyntaxException | IOException e) {
      return Optional.empty();
    }
  }

  /** An installation that is looked at now. */
  static Installation of(Path jar) throws IOException {
    return new Installation(jar, stamp(jar));
  }

  /** Whether the file is still the one that the process was started from. */
  boolean isUnchanged() {
    try {
      return Objects.equals(stamp(jar), stamp);
    } catch (IOException e) {
      return false;
    }
  }

  private static Stamp stamp(Path jar) throws IOException {
    var attributes = Files.readAttributes(jar, BasicFileAttributes.class);
    return new Stamp(
        attributes.lastModifiedTime().toString(), attributes.size(), FileIdentity.of(jar));
  }
}
