package dev.arda.nix.flake.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How Nix takes a directory named on the command line: links resolved, and a git flake when it or a
 * directory above holds {@code .git} (Nix manual, "nix flake", path-like syntax). Cheap enough to
 * ask at each question, which is also how a {@code git init} or a switched link is noticed.
 *
 * @param spec what to watch
 * @param flakeDirectory real path of the directory
 * @param subdirectory where it lies below the checkout; empty: at its root, or not in git
 */
public record LocalSource(SourceSpec spec, Path flakeDirectory, Optional<Path> subdirectory) {

  /**
   * Locates a directory.
   *
   * @throws IOException when it does not exist
   */
  public static LocalSource of(Path directory) throws IOException {
    Path real = directory.toRealPath();
    for (Path above = real; above != null; above = above.getParent()) {
      if (Files.exists(above.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
        return new LocalSource(
            new SourceSpec.GitTree(above),
            real,
            above.equals(real) ? Optional.empty() : Optional.of(above.relativize(real)));
      }
    }
    return new LocalSource(new SourceSpec.PathTree(real), real, Optional.empty());
  }
}
