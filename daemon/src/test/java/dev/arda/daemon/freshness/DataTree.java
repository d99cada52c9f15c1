package dev.arda.daemon.freshness;

import dev.arda.nix.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A directory {@code data} beside a {@code flake.nix} whose output {@code value} is the content of
 * every file in it, and ways to change it that leave it changed when they return.
 */
final class DataTree {

  /** Answers a flat set: path below data, content. */
  static final String FLAKE =
      """
      { outputs = _: { value =
        let read = prefix: d: builtins.concatLists (builtins.attrValues (builtins.mapAttrs (n: t:
              if t == "directory" then read "${prefix}${n}/" (d + "/${n}")
              else [ { name = "${prefix}${n}"; value = builtins.readFile (d + "/${n}"); } ]) (builtins.readDir d)));
        in builtins.listToAttrs (read "" ./data); }; }
      """;

  private final Path flake;
  private final Random random;
  private int serial;

  DataTree(Path flake, Random random) throws IOException {
    this.flake = flake;
    this.random = random;
    Files.createDirectories(flake.resolve("data"));
    Files.writeString(flake.resolve("flake.nix"), FLAKE);
    Files.writeString(flake.resolve("data/a"), "begin");
    Files.writeString(flake.resolve("data/b"), "begin");
  }

  Path flake() {
    return flake;
  }

  /** A content that was never there before. Many have the same length, as edits often do. */
  String content() {
    return "content " + (100_000 + serial++);
  }

  /** Changes something; says what. */
  String change() throws IOException {
    Path data = flake.resolve("data");
    Path file = data.resolve(random.nextBoolean() ? "a" : "b");
    return switch (random.nextInt(7)) {
      case 0, 1 -> {
        Files.writeString(file, content());
        yield "write in place";
      }
      case 2 -> {
        renameOver(file, content());
        yield "rename over";
      }
      case 3 -> {
        Path directory = data.resolve("d" + random.nextInt(3) + "/e" + random.nextInt(2));
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("f" + random.nextInt(2)), content());
        yield "new directory";
      }
      case 4 -> {
        Path old = data.resolve("d" + random.nextInt(3));
        Path moved = data.resolve("m" + serial++ % 3);
        if (Files.exists(old) && !Files.exists(moved)) {
          Files.move(old, moved);
          yield "rename of a directory";
        }
        Trees.delete(moved);
        Files.createDirectories(moved);
        Files.writeString(moved.resolve("f"), content());
        yield "new directory in place of another";
      }
      case 5 -> {
        Trees.delete(data.resolve("d" + random.nextInt(3)));
        Trees.delete(data.resolve("m" + random.nextInt(3)));
        yield "removal of directories";
      }
      default -> {
        Files.writeString(file, content());
        Files.writeString(data.resolve("a"), content());
        renameOver(data.resolve("b"), content());
        yield "several writes";
      }
    };
  }

  static void renameOver(Path file, String content) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + "~");
    Files.writeString(next, content);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** What a flake answers that sees every file. */
  SortedMap<String, String> everything() throws IOException {
    var result = new TreeMap<String, String>();
    Path data = flake.resolve("data");
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        result.put(data.relativize(file).toString(), Files.readString(file));
      }
    }
    return result;
  }

  /** What a flake answers that sees some files. */
  SortedMap<String, String> only(Iterable<String> belowData) throws IOException {
    var result = new TreeMap<String, String>();
    for (String name : belowData) {
      Path file = flake.resolve("data").resolve(name);
      if (Files.exists(file)) {
        result.put(name, Files.readString(file));
      }
    }
    return result;
  }
}
