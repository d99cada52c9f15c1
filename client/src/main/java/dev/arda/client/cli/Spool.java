package dev.arda.client.cli;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps bytes until their turn comes: a little in memory, the rest in a temporary file. */
final class Spool implements AutoCloseable {

  private static final int MOST_IN_MEMORY = 1024 * 1024;

  private final Path temporaryDirectory;
  private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
  private @Nullable Path file;
  private @Nullable OutputStream disk;

  Spool(Path temporaryDirectory) {
    this.temporaryDirectory = temporaryDirectory;
  }

  void write(ByteString bytes) throws IOException {
    if (disk == null && memory.size() + bytes.size() > MOST_IN_MEMORY) {
      var made = Files.createTempFile(temporaryDirectory, "arda-", ".json");
      file = made;
      disk = Files.newOutputStream(made, StandardOpenOption.APPEND);
    }
    bytes.writeTo(disk == null ? memory : disk);
  }

  void copyTo(OutputStream out) throws IOException {
    memory.writeTo(out);
    if (disk != null && file != null) {
      disk.flush();
      Files.copy(file, out);
    }
  }

  @Override
  public void close() throws IOException {
    if (disk != null && file != null) {
      disk.close();
      var _ = Files.deleteIfExists(file);
    }
  }
}
