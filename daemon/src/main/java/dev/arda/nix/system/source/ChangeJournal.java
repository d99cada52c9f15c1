package dev.arda.nix.system.source;

import java.io.Closeable;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What a change of a flake's files is about to do, written down before each step, so that a process
 * that comes after one that was killed can take it back. It is locked while it is open: one process
 * at a time changes a flake. Used by one thread.
 *
 * <p>The process that holds the lock must not open the same journal again (POSIX record locks
 * belong to the process).
 */
final class ChangeJournal implements Closeable {

  /** What is about to be done. */
  enum Kind {
    /**
     * The change begins: directory of the flake, its reference, the commit that is checked out,
     * {@code PATH} and {@code HOME} of who wishes it.
     */
    FLAKE,
    /** A directory is made. */
    DIRECTORY,
    /** A file is made: the file, the name of what is written into it. */
    CREATE,
    /** A file is replaced: the file, the names of what it holds before and afterwards. */
    REPLACE,
    /** A directory for what is moved away is made. */
    ASIDE,
    /** A file or directory is moved: from, to. */
    MOVE,
    /** Files are added to the index of git. */
    STAGE,
    /** All is proven, and these files leave the index of git. */
    FORGET,
    /** The index of git is locked: the lock, what is in it, the copy that is changed. */
    LOCK,
    /** All of that is taken back. */
    UNDO,
    /** The files are as they were; the index of git is not yet. */
    RESTORED
  }

  /** A step and what it is about. */
  record Step(Kind kind, List<String> words) {
    /** Copies the list. */
    Step {
      words = List.copyOf(words);
    }

    Path path(int index) {
      return Path.of(words.get(index));
    }

    List<Path> paths() {
      return words.stream().map(Path::of).toList();
    }
  }

  private static final String FILE = "journal";

  private final Path directory;
  private final FileChannel lock;

  private ChangeJournal(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Opens the journal of a flake, when no other process has it open.
   *
   * @param journals directory of all of them
   * @param flake real path of the directory of the flake
   * @throws java.nio.channels.FileLockInterruptionException if the thread is interrupted
   */
  static ChangeJournal open(Path journals, Path flake) throws IOException {
    return open(place(journals, flake), true).orElseThrow();
  }

  /** The same, without waiting; empty: somebody has it open. */
  static Optional<ChangeJournal> tryOpen(Path journals, Path flake) throws IOException {
    return open(place(journals, flake), false);
  }

  private static Optional<ChangeJournal> open(Path directory, boolean waits) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    var channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    Optional<FileLock> taken = Optional.empty();
    try {
      taken = Optional.ofNullable(waits ? channel.lock() : channel.tryLock());
    } catch (OverlappingFileLockException e) {
      if (waits) {
        throw new IOException("another daemon in this process changes the flake", e);
      }
    } finally {
      if (taken.isEmpty()) {
        channel.close();
      }
    }
    return taken.map(_ -> new ChangeJournal(directory, channel));
  }

  private static Path place(Path journals, Path flake) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256")
              .digest(flake.toString().getBytes(StandardCharsets.UTF_8));
      return journals.resolve(HexFormat.of().formatHex(digest, 0, 16));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The directories of flakes whose journals are not empty. */
  static List<Path> unfinished(Path journals) throws IOException {
    if (!Files.isDirectory(journals)) {
      return List.of();
    }
    var result = new ArrayList<Path>();
    try (var all = Files.list(journals)) {
      for (var one : all.toList()) {
        steps(one.resolve(FILE)).stream()
            .filter(step -> step.kind() == Kind.FLAKE)
            .findFirst()
            .ifPresent(step -> result.add(step.path(0)));
      }
    }
    return result;
  }

  /** Whether something was written down about a flake, and not ended. */
  static boolean isUnfinished(Path journals, Path flake) {
    return Files.exists(place(journals, flake).resolve(FILE));
  }

  /** What was written down and not ended. */
  List<Step> steps() throws IOException {
    return steps(directory.resolve(FILE));
  }

  private static List<Step> steps(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    var text = Files.readString(file);
    var result = new ArrayList<Step>();
    // A line without an end was not written in time, and nothing done for it.
    for (var line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
      var words =
          Arrays.stream(line.split(" ", -1))
              .map(word -> URLDecoder.decode(word, StandardCharsets.UTF_8))
              .toList();
      result.add(new Step(Kind.valueOf(words.getFirst()), words.subList(1, words.size())));
    }
    return result;
  }

  /** Writes down a step that is about to be done. */
  void note(Kind kind, List<String> words) throws IOException {
    var line = new StringBuilder(kind.name());
    words.forEach(word -> line.append(' ').append(URLEncoder.encode(word, StandardCharsets.UTF_8)));
    Files.writeString(
        directory.resolve(FILE),
        line.append('\n'),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND,
        StandardOpenOption.SYNC);
  }

  /** Keeps a content, and returns the name that it has in steps. */
  String keep(byte[] content) throws IOException {
    var file = Files.createTempFile(directory, "", ".content");
    Files.write(file, content, StandardOpenOption.SYNC);
    return file.getFileName().toString();
  }

  /** A content that was kept. */
  byte[] content(String name) throws IOException {
    return Files.readAllBytes(directory.resolve(name));
  }

  /** All is done, or taken back. */
  void end() throws IOException {
    Files.deleteIfExists(directory.resolve(FILE));
    try (var all = Files.newDirectoryStream(directory, "*.content")) {
      for (var one : all) {
        Files.deleteIfExists(one);
      }
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
