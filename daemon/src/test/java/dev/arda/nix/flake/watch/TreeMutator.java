package dev.arda.nix.flake.watch;

import dev.arda.nix.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Changes a tree at random, one change at a time, the way editors and tools do. */
final class TreeMutator {
  private final Path root;
  private final Path outside;
  private final Random random;
  private final List<Path> directories = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();
  private final List<Path> links = new ArrayList<>();
  private final List<Path> parked = new ArrayList<>();
  private long serial;

  /**
   * Fills the tree.
   *
   * @param outside a directory on the same file system, outside the tree
   */
  TreeMutator(Path root, Path outside, Random random, int directoryCount, int filesPerDirectory)
      throws IOException {
    this.root = Files.createDirectories(root);
    this.outside = Files.createDirectories(outside);
    this.random = random;
    directories.add(root);
    for (int i = 0; i < directoryCount; i++) {
      Path directory = Files.createDirectory(pick(directories).resolve("d" + serial++));
      directories.add(directory);
      for (int j = 0; j < filesPerDirectory; j++) {
        files.add(Files.writeString(directory.resolve("f" + serial++), "0"));
      }
    }
    links.add(Files.createSymbolicLink(root.resolve("link"), Path.of("0")));
  }

  /** Makes one change and says what it was. */
  String mutate() throws IOException {
    return switch (random.nextInt(15)) {
      case 0, 1 -> overwrite();
      case 2 -> overwriteKeepingTime();
      case 3 -> append();
      case 4 -> replaceByRename();
      case 5 -> createFile(pick(directories));
      case 6, 7 -> createNested();
      case 8 -> renameFile();
      case 9 -> renameDirectory();
      case 10 -> moveOut();
      case 11 -> moveInAndWrite();
      case 12 -> deleteFile();
      case 13 -> retargetLink();
      default -> random.nextBoolean() ? chmod() : replaceDirectory();
    };
  }

  private String text() {
    return Long.toString(serial++);
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private Path anyFile() throws IOException {
    if (files.isEmpty()) {
      createFile(pick(directories));
    }
    return pick(files);
  }

  private String overwrite() throws IOException {
    Path file = anyFile();
    Files.writeString(file, text());
    return "overwrite " + file;
  }

  private String overwriteKeepingTime() throws IOException {
    Path file = anyFile();
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, text());
    Files.setLastModifiedTime(file, time);
    return "overwrite, time kept " + file;
  }

  private String append() throws IOException {
    Path file = anyFile();
    Files.writeString(file, "x", StandardOpenOption.APPEND);
    return "append " + file;
  }

  private String replaceByRename() throws IOException {
    Path file = anyFile();
    Path temporary = Files.writeString(outside.resolve("new" + serial++), text());
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    return "replace by rename " + file;
  }

  private String createFile(Path directory) throws IOException {
    Path file = directory.resolve("f" + serial++);
    Files.writeString(file, text());
    files.add(file);
    return "create " + file;
  }

  private String createNested() throws IOException {
    Path directory = pick(directories);
    for (int depth = 1 + random.nextInt(4); depth > 0; depth--) {
      directory = Files.createDirectory(directory.resolve("d" + serial++));
      directories.add(directory);
    }
    return "create nested " + createFile(directory);
  }

  private String renameFile() throws IOException {
    Path file = anyFile();
    Path to = pick(directories).resolve("f" + serial++);
    Files.move(file, to, StandardCopyOption.ATOMIC_MOVE);
    files.remove(file);
    files.add(to);
    return "rename " + file + " to " + to;
  }

  private String renameDirectory() throws IOException {
    if (directories.size() < 2) {
      return createNested();
    }
    Path from = directories.get(1 + random.nextInt(directories.size() - 1));
    Path parent = pick(directories);
    if (parent.startsWith(from)) {
      return overwrite();
    }
    Path to = parent.resolve("d" + serial++);
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    relocate(from, to, directories);
    relocate(from, to, files);
    return "rename directory " + from + " to " + to;
  }

  private static void relocate(Path from, Path to, List<Path> paths) {
    paths.replaceAll(p -> p.startsWith(from) ? to.resolve(from.relativize(p)).normalize() : p);
  }

  private String moveOut() throws IOException {
    if (directories.size() < 4) {
      return createNested();
    }
    Path from = directories.get(1 + random.nextInt(directories.size() - 1));
    Path to = outside.resolve("d" + serial++);
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    directories.removeIf(p -> p.startsWith(from));
    files.removeIf(p -> p.startsWith(from));
    parked.add(to);
    return "move out " + from;
  }

  private String moveInAndWrite() throws IOException {
    Path from;
    if (parked.isEmpty()) {
      from = Files.createDirectories(outside.resolve("d" + serial++));
      Files.createDirectory(from.resolve("inner"));
      Files.writeString(from.resolve("inner/f"), "0");
    } else {
      from = parked.remove(random.nextInt(parked.size()));
    }
    Path to = pick(directories).resolve("d" + serial++);
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    try (var found = Files.walk(to)) {
      found.forEach(p -> (Files.isDirectory(p) ? directories : files).add(p));
    }
    List<Path> inside = directories.stream().filter(p -> p.startsWith(to)).toList();
    return random.nextBoolean() ? "move in " + to : "move in, " + createFile(pick(inside));
  }

  private String deleteFile() throws IOException {
    Path file = anyFile();
    Files.delete(file);
    files.remove(file);
    return "delete " + file;
  }

  private String retargetLink() throws IOException {
    Path link = pick(links);
    Path temporary = Files.createSymbolicLink(outside.resolve("l" + serial++), Path.of(text()));
    Files.move(temporary, link, StandardCopyOption.ATOMIC_MOVE);
    return "retarget " + link;
  }

  private String chmod() throws IOException {
    Path file = anyFile();
    boolean executable = Files.isExecutable(file);
    Files.setPosixFilePermissions(
        file, PosixFilePermissions.fromString(executable ? "rw-r--r--" : "rwxr-xr-x"));
    return "chmod " + file;
  }

  /** Deletes a directory and makes another of the same name at once, with a file in it. */
  private String replaceDirectory() throws IOException {
    Path directory = directories.getLast();
    if (directory.equals(root)) {
      return createNested();
    }
    Trees.delete(directory);
    directories.removeIf(p -> p.startsWith(directory));
    files.removeIf(p -> p.startsWith(directory));
    Files.createDirectory(directory);
    directories.add(directory);
    return "replace directory, " + createFile(directory);
  }
}
