package dev.arda.daemon.operation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Directories that hold files only. */
final class Directories {

  private Directories() {}

  /** Removes one with its files; does nothing if it is not there. */
  static void delete(Path directory) throws IOException {
    try (var files = Files.newDirectoryStream(directory)) {
      for (var file : files) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      return;
    }
    Files.deleteIfExists(directory);
  }

  /** Bytes of the files in one; 0 if it is not there. */
  static long size(Path directory) throws IOException {
    long bytes = 0;
    try (var files = Files.newDirectoryStream(directory)) {
      for (var file : files) {
        bytes += Files.size(file);
      }
    } catch (NoSuchFileException e) {
      // Somebody has just removed it, or a file of it.
    }
    return bytes;
  }
}
