package dev.arda.client.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Finds the end of a file. */
final class LogTail {

  private static final int BLOCK = 64 * 1024;

  private LogTail() {}

  /**
   * Where the last lines of a file begin.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file
   */
  static long start(Path file, int lines) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long end = channel.size();
      if (lines == 0) {
        return end;
      }
      int seen = 0;
      var block = ByteBuffer.allocate(BLOCK);
      for (long to = end; to > 0; to -= BLOCK) {
        long from = Math.max(0, to - BLOCK);
        block.clear().limit((int) (to - from));
        while (block.hasRemaining() && channel.read(block, from + block.position()) > 0) {}
        for (long at = from + block.position() - 1; at >= from; at--) {
          // The line break at the very end closes the last line; it does not begin another.
          if (block.get((int) (at - from)) == '\n' && at != end - 1 && ++seen == lines) {
            return at + 1;
          }
        }
      }
      return 0;
    }
  }
}
