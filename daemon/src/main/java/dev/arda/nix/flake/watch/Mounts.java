package dev.arda.nix.flake.watch;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The mount table of this process, from {@code /proc/self/mountinfo} (proc_pid_mountinfo(5)). A
 * mount or unmount raises no event, so each cookie comes with a fresh table.
 *
 * @param text the table as read; empty where there is none
 */
record Mounts(String text) {
  private static final String TABLE = "/proc/self/mountinfo";

  /**
   * One mount.
   *
   * @param point where
   * @param type file system type, such as {@code ext4} or {@code fuse.sshfs}
   * @param line its whole line
   */
  record Mount(Path point, String type, String line) {}

  static Mounts read() {
    // Not through a channel: reading for many callers, an interrupt of one must not fail it.
    try (InputStream in = new FileInputStream(TABLE)) {
      return new Mounts(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
    } catch (IOException _) {
      return new Mounts("");
    }
  }

  /** The mount that holds a path, the later one where two have the same mount point. */
  Optional<Mount> covering(Path realPath) {
    Optional<Mount> best = Optional.empty();
    for (Mount mount : all()) {
      if (realPath.startsWith(mount.point())
          && best.map(b -> b.point().getNameCount() <= mount.point().getNameCount()).orElse(true)) {
        best = Optional.of(mount);
      }
    }
    return best;
  }

  /** The mounts strictly below a directory. */
  List<Mount> below(Path realPath) {
    return all().stream()
        .filter(mount -> mount.point().startsWith(realPath) && !mount.point().equals(realPath))
        .toList();
  }

  /** The lines that can change what lies at or below a directory. */
  List<String> concerning(Path realPath) {
    return all().stream()
        .filter(m -> m.point().startsWith(realPath) || realPath.startsWith(m.point()))
        .map(Mount::line)
        .toList();
  }

  private List<Mount> all() {
    List<Mount> mounts = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      // id parent major:minor root POINT options [optional…] - TYPE source super-options
      String[] fields = line.split(" ", -1);
      int separator = List.of(fields).indexOf("-");
      if (separator > 5 && fields.length > separator + 1) {
        mounts.add(new Mount(unescape(fields[4]), fields[separator + 1], line));
      }
    }
    return mounts;
  }

  /** Blanks and backslashes are written as three octal digits. */
  private static Path unescape(String field) {
    StringBuilder out = new StringBuilder(field.length());
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '\\' && i + 3 < field.length()) {
        out.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        out.append(c);
      }
    }
    byte[] bytes = out.toString().getBytes(StandardCharsets.ISO_8859_1);
    try {
      return Path.of(new String(bytes, StandardCharsets.UTF_8));
    } catch (InvalidPathException _) {
      // A name this locale cannot express cannot be the name of a root either.
      return Path.of("/proc/self/unnameable");
    }
  }
}
