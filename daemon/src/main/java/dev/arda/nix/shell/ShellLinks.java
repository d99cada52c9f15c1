package dev.arda.nix.shell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers where packages are, by links that are garbage collector roots:
 *
 * <pre>
 * SET/PACKAGE/out         a link to the package, made by nix build
 * SET/PACKAGE/out-man     and to its other outputs
 * SET/PACKAGE/resolved    when it was evaluated: its time
 * SET/PACKAGE             when it was last used: its time
 * </pre>
 */
final class ShellLinks {

  private static final Logger LOG = LoggerFactory.getLogger(ShellLinks.class);

  /** How long a name that may come to mean something else is believed. */
  static final Duration FRESH = Duration.ofDays(7);

  /** How long links stay that nobody uses. */
  static final Duration UNUSED = Duration.ofDays(14);

  private static final String LINK = "out";
  private static final String RESOLVED = "resolved";

  private final Path directory;
  private final Clock clock;

  ShellLinks(Path directory, Clock clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /** Where {@code nix build} is to put the link of a package; its directory is made. */
  Path place(PackageSet set, String name) {
    try {
      return Files.createDirectories(of(set, name)).resolve(LINK);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Notes that a package was evaluated and its links were made. */
  void resolved(PackageSet set, String name) {
    try {
      var stamp = of(set, name).resolve(RESOLVED);
      if (!Files.exists(stamp)) {
        Files.createFile(stamp);
      }
      Files.setLastModifiedTime(stamp, FileTime.from(clock.instant()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The outputs of a package, if they are known and still there; notes that they are used. */
  Optional<List<Path>> find(PackageSet set, String name) {
    var place = of(set, name);
    try {
      if (!Files.exists(place.resolve(RESOLVED)) || !isFresh(set, place)) {
        return Optional.empty();
      }
      var result = outputs(place);
      if (result.isEmpty() || !result.stream().allMatch(Files::exists)) {
        return Optional.empty();
      }
      Files.setLastModifiedTime(place, FileTime.from(clock.instant()));
      return Optional.of(result);
    } catch (IOException e) {
      // Somebody is removing it; then it is not there.
      return Optional.empty();
    }
  }

  private boolean isFresh(PackageSet set, Path place) throws IOException {
    return set.fixed()
        || age(Files.getLastModifiedTime(place.resolve(RESOLVED))).compareTo(FRESH) < 0;
  }

  private static List<Path> outputs(Path place) throws IOException {
    try (Stream<Path> files = Files.list(place)) {
      var result = new ArrayList<Path>();
      for (var link : files.filter(Files::isSymbolicLink).sorted().toList()) {
        result.add(Files.readSymbolicLink(link));
      }
      return result;
    }
  }

  /** Removes the links that nobody used for a while. */
  void removeUnused() {
    for (var set : children(directory)) {
      for (var place : children(set)) {
        try {
          if (age(Files.getLastModifiedTime(place)).compareTo(UNUSED) > 0) {
            for (var file : children(place)) {
              Files.deleteIfExists(file);
            }
            Files.deleteIfExists(place);
          }
        } catch (IOException e) {
          LOG.warn("The links in {} cannot be removed", place, e);
        }
      }
      if (children(set).isEmpty()) {
        try {
          Files.deleteIfExists(set);
        } catch (IOException e) {
          LOG.debug("{} is used again", set, e);
        }
      }
    }
  }

  private Duration age(FileTime time) {
    return Duration.between(time.toInstant(), Instant.now(clock));
  }

  private static List<Path> children(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private Path of(PackageSet set, String name) {
    return directory.resolve(set.key()).resolve(name);
  }
}
