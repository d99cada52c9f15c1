package dev.arda.client;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A daemon that this client has just started. */
final class StartedDaemon {

  private static final int MOST_LINES = 40;
  private static final int MOST_BYTES = 64 * 1024;

  private final Process process;
  private final boolean watched;
  private final Path output;
  private final long outputOffset;
  private final Path log;
  private final long logOffset;

  private StartedDaemon(
      Process process, boolean watched, Path output, long outputOffset, Path log, long logOffset) {
    this.process = process;
    this.watched = watched;
    this.output = output;
    this.outputOffset = outputOffset;
    this.log = log;
    this.logOffset = logOffset;
  }

  /**
   * One that outlives this client.
   *
   * @param process says the process number of the daemon in a line, ends as the daemon does, or
   *     when its standard input ends
   * @param output where its standard streams go
   * @param outputOffset how long that file was before
   * @param log what it logs to
   * @param logOffset how long that file was before
   */
  static StartedDaemon watched(
      Process process, Path output, long outputOffset, Path log, long logOffset) {
    return new StartedDaemon(process, true, output, outputOffset, log, logOffset);
  }

  /**
   * One that ends when its standard input does.
   *
   * @param process its process
   * @param output where its standard streams go; new
   * @param log what it logs to
   * @param logOffset how long that file was before
   */
  static StartedDaemon own(Process process, Path output, Path log, long logOffset) {
    return new StartedDaemon(process, false, output, 0, log, logOffset);
  }

  /** The process by which it is known whether it lives, and how it ended. */
  Process process() {
    return process;
  }

  /** The number of its process; 0 if it never began. */
  long pid() {
    if (!watched) {
      return process.pid();
    }
    try {
      var line = process.inputReader(StandardCharsets.UTF_8).readLine();
      return line == null ? 0 : Long.parseLong(line.strip());
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  /** It answers; how it ends is of no interest any more. */
  void release() {
    if (watched) {
      try {
        process.getOutputStream().close();
      } catch (IOException e) {
        // What would have heard it is gone, which is what is wished.
      }
    }
  }

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
