package dev.arda.nix.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Submodules of git repositories, as {@code .gitmodules} names them. Their files are in an index of
 * their own; Nix sees them only if it is asked to.
 */
public final class GitSubmodules {

  private static final Pattern PATH = Pattern.compile("(?m)^\\s*path\\s*=\\s*(.*?)\\s*$");

  private GitSubmodules() {}

  /**
   * The directory of the innermost submodule that a file is in, or that it is; empty: none.
   *
   * @param file absolute; need not be there
   */
  public static Optional<Path> of(Path file) {
    return repository(Optional.of(file))
        .filter(inner ->
            repository(Optional.of(inner).map(Path::getParent))
                .filter(outer -> names(outer, inner))
                .isPresent());
  }

  private static Optional<Path> repository(Optional<Path> directory) {
    var place = directory;
    while (place.isPresent() && !Files.exists(place.get().resolve(".git"))) {
      place = place.map(Path::getParent);
    }
    return place;
  }

  private static boolean names(Path outer, Path inner) {
    try {
      return PATH.matcher(Files.readString(outer.resolve(".gitmodules")))
          .results()
          .anyMatch(match -> outer.resolve(match.group(1)).equals(inner));
    } catch (IOException e) {
      return false; // it has none
    }
  }
}
