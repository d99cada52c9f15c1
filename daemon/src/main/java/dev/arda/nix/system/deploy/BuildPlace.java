package dev.arda.nix.system.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;

/** A directory for a program that leaves a link {@code result} where it is run. */
final class BuildPlace implements AutoCloseable {

  private final Path path;

  BuildPlace() {
    try {
      path = Files.createTempDirectory("arda-build-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path() {
    return path;
  }

  /** The store path that the link leads to; empty: there is none. */
  Optional<String> result() {
    var link = path.resolve("result");
    try {
      return Files.isSymbolicLink(link)
          ? Optional.of(Files.readSymbolicLink(link).toString())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    try (var all = Files.walk(path)) {
      for (var file : all.sorted(Comparator.reverseOrder()).toList()) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      // It holds a link, and nothing of anybody.
    }
  }
}
