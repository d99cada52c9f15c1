package dev.arda.lsp.document;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the flake that a file belongs to. */
public final class FlakeRoot {

  private FlakeRoot() {}

  /**
   * The nearest directory above a file that has a {@code flake.nix}, as a real path; empty if none
   * has. The file itself need not be there yet.
   */
  public static Optional<Path> of(Path file) {
    for (Path at = file.getParent(); at != null; at = at.getParent()) {
      if (Files.isRegularFile(at.resolve("flake.nix"))) {
        try {
          return Optional.of(at.toRealPath());
        } catch (IOException e) {
          return Optional.empty(); // it went away meanwhile
        }
      }
    }
    return Optional.empty();
  }
}
