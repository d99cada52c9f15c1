package dev.arda.nix.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Removes directories with all that is in them. */
public final class Trees {

  /** For how long programs that are ending may go on to write into what is removed. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final long STEP_NANOS = 20_000_000;

  private Trees() {}

  /**
   * Removes a directory and everything below it, read-only directories (as a Nix store's are) too.
   * What a program writes into it meanwhile is removed as well: one that was asked to end may be
   * about to do so. A directory that does not exist is fine.
   *
   * @throws UncheckedIOException if it cannot be removed, or is still written to after a minute
   */
  public static void delete(Path directory) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (Files.exists(directory)) {
      try {
        Files.walkFileTree(directory, new Removal());
      } catch (DirectoryNotEmptyException | NoSuchFileException e) {
        if (System.nanoTime() - end > 0) {
          throw new UncheckedIOException(e);
        }
        LockSupport.parkNanos(STEP_NANOS);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class Removal extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException thrown)
        throws IOException {
      if (thrown != null) {
        throw thrown;
      }
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
