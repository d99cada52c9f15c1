package dev.arda.nix.core;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Finds programs the way a shell does, on the {@code PATH} of an environment that is given. */
public final class ProgramPath {

  private ProgramPath() {}

  /**
   * The file to run.
   *
   * @param program a path, or a name to look for in the absolute directories of {@code PATH};
   *     relative directories on it are skipped, as what they mean depends on the moment
   * @param environment where {@code PATH} is taken from
   * @param directory what a relative path is resolved against
   */
  public static Optional<Path> find(
      String program, Map<String, String> environment, Path directory) {
    try {
      if (program.indexOf('/') >= 0) {
        return Optional.of(directory.resolve(program)).filter(ProgramPath::isProgram);
      }
      for (var entry : environment.getOrDefault("PATH", "").split(":", -1)) {
        if (entry.startsWith("/") && isProgram(Path.of(entry, program))) {
          return Optional.of(Path.of(entry, program));
        }
      }
      return Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static boolean isProgram(Path path) {
    return Files.isRegularFile(path) && Files.isExecutable(path);
  }
}
