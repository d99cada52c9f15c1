package dev.arda.client.cli.view;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether this process is the one that its terminal belongs to at the moment. */
final class Foreground {

  private static final Path STAT = Path.of("/proc/self/stat");

  private Foreground() {}

  /** Asks the kernel; true where it cannot be asked that way. */
  static boolean isMine() {
    try {
      return isMine(Files.readString(STAT));
    } catch (IOException e) {
      return true;
    }
  }

  /** Reads the process group (field 5) and the one in the foreground (field 8) of proc(5). */
  static boolean isMine(String stat) {
    // The name of the program may have blanks and parentheses in it; it ends at the last one.
    var fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    return fields.length < 6 || fields[2].equals(fields[5]) || fields[5].equals("-1");
  }
}
