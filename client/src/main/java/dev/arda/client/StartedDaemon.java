package dev.arda.client;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A daemon that this client has just started.
 *
 * @param process its process
 * @param output where its standard streams go
 * @param outputOffset how long that file was before
 * @param log what it logs to
 * @param logOffset how long that file was before
 */
record StartedDaemon(Process process, Path output, long outputOffset, Path log, long logOffset) {

  private static final int MOST_LINES = 40;
  private static final int MOST_BYTES = 64 * 1024;

  /**
   * What it wrote since it was started: the end of its streams and of its log, indented, with their
   * names.
   */
  String tail() {
    return section(output, outputOffset) + section(log, logOffset);
  }

  private static String section(Path file, long offset) {
    var lines = read(file, offset).lines().toList();
    if (lines.isEmpty()) {
      return "\nnothing new in " + file;
    }
    List<String> last = lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size());
    return "\nthe end of " + file + ":\n  " + String.join("\n  ", last);
  }

  private static String read(Path file, long offset) {
    try (var access = new RandomAccessFile(file.toFile(), "r")) {
      long length = access.length();
      // A log that is shorter than before was rotated: all of it is new.
      long from = Math.max(length < offset ? 0 : offset, length - MOST_BYTES);
      var bytes = new byte[(int) (length - from)];
      access.seek(from);
      access.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
