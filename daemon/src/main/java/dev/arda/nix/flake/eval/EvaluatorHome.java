package dev.arda.nix.flake.eval;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code nix repl} takes for the user's data directory. It reads the history of earlier
 * sessions there and writes it when its input ends, as happens when the daemon is killed; the
 * history here is the null device, so that arda's questions never get among what the user typed.
 *
 * @param directory created when needed
 */
record EvaluatorHome(Path directory) {

  private static final Path NOTHING = Path.of("/dev/null");

  /** The directory, ready for use. */
  Path prepare() {
    Path history = directory.resolve("nix").resolve("repl-history");
    try {
      if (!Files.isSymbolicLink(history)) {
        Files.createDirectories(history.getParent());
        Files.createSymbolicLink(history, NOTHING);
      }
    } catch (FileAlreadyExistsException e) {
      // Another thread was first.
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directory;
  }
}
