package dev.arda.nix.flake.eval;

import dev.arda.nix.types.CallContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Keeps the source trees of flakes from the garbage collector while an evaluator may read them. The
 * names of the links hold the number of the daemon's process, so that those of one that was killed
 * are found and removed.
 */
final class EvaluatorRoots {

  private static final String PREFIX = "evaluator-";

  private final ReplLauncher launcher;
  private final Path directory;
  private final String own = PREFIX + ProcessHandle.current().pid() + "-";

  /**
   * Removes what dead daemons left behind.
   *
   * @param directory where the links are put; created when needed
   */
  EvaluatorRoots(ReplLauncher launcher, Path directory) {
    this.launcher = launcher;
    this.directory = directory;
    removeOrphans();
  }

  /** A new link that protects a store path; closing it frees the path. */
  Root protect(CallContext context, String storePath) {
    Path link = directory.resolve(own + UUID.randomUUID());
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      launcher.protect(context, storePath, link);
    } catch (RuntimeException e) {
      delete(link);
      throw e;
    }
    return () -> delete(link);
  }

  /** A protected path. */
  interface Root extends AutoCloseable {
    @Override
    void close();
  }

  private void removeOrphans() {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (var links = Files.newDirectoryStream(directory, PREFIX + "*")) {
      for (Path link : links) {
        String pid = link.getFileName().toString().substring(PREFIX.length()).split("-", 2)[0];
        if (pid.matches("[0-9]{1,18}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
          delete(link);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path link) {
    try {
      Files.deleteIfExists(link);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
