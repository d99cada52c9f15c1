package dev.arda.nix.system.source;

import dev.arda.nix.system.source.ChangeJournal.Kind;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Changes of files below one directory that are taken back, the last one first, unless they are
 * {@link #keep kept}. No file is ever overwritten that is not what it was when it was read. Used by
 * one thread.
 */
final class SourceChange implements AutoCloseable {

  private static final String UNFINISHED = ".arda-";
  private static final String UNFINISHED_END = ".new";

  private interface Step {
    void undo() throws IOException;
  }

  private final Path root;
  private final ChangeJournal journal;
  private final Deque<Step> steps = new ArrayDeque<>();
  private final List<Path> created = new ArrayList<>();
  private boolean kept;

  /**
   * Nothing is changed yet.
   *
   * @param root nothing outside of it is touched
   * @param journal tells whoever comes after this process what it did
   */
  SourceChange(Path root, ChangeJournal journal) {
    this.root = root;
    this.journal = journal;
  }

  /** The files that were made. */
  List<Path> created() {
    return List.copyOf(created);
  }

  /**
   * Makes a file, and the directories that it needs.
   *
   * @throws SystemException {@code HOST_SOURCE_REFUSED} if there is one, or it would lie elsewhere
   */
  void create(Path file, byte[] content) {
    try {
      makeDirectories(file.resolveSibling(""));
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw refused(
            file
                + " is there already, and is not overwritten. Move it away, or name the host in flake.nix by hand.");
      }
      journal.note(Kind.CREATE, List.of(file.toString(), journal.keep(content)));
      Files.write(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      Files.setPosixFilePermissions(file, permissions());
      steps.push(() -> Files.deleteIfExists(file));
      created.add(file);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /**
   * Who may do what with a new file: as with {@code flake.nix}. What the daemon would give it is
   * the wish of whoever started that.
   */
  private Set<PosixFilePermission> permissions() throws IOException {
    var result = EnumSet.copyOf(Files.getPosixFilePermissions(root.resolve("flake.nix")));
    result.removeAll(PosixFilePermissions.fromString("--x--x--x"));
    result.add(PosixFilePermission.OWNER_READ);
    result.add(PosixFilePermission.OWNER_WRITE);
    return result;
  }

  private void makeDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      if (!directory.toRealPath().startsWith(root.toRealPath())) {
        throw refused("%s leads out of %s.".formatted(directory, root));
      }
      return;
    }
    var parent = directory.getParent();
    if (parent == null || !directory.startsWith(root)) {
      throw refused("%s is not below %s.".formatted(directory, root));
    }
    makeDirectories(parent);
    journal.note(Kind.DIRECTORY, List.of(directory.toString()));
    Files.createDirectory(directory);
    Files.setPosixFilePermissions(directory, Files.getPosixFilePermissions(parent));
    steps.push(() -> {
      try {
        Files.deleteIfExists(directory);
      } catch (java.nio.file.DirectoryNotEmptyException e) {
        // Somebody else has put something into it.
      }
    });
  }

  /**
   * Replaces a file as a whole, at once.
   *
   * @param before what it holds, as it was read
   * @throws SystemException {@code HOST_SOURCE_REFUSED} if it holds something else by now
   */
  void replace(Path file, String before, String after) {
    try {
      var old = before.getBytes(StandardCharsets.UTF_8);
      var fresh = after.getBytes(StandardCharsets.UTF_8);
      journal.note(Kind.REPLACE, List.of(file.toString(), journal.keep(old), journal.keep(fresh)));
      put(file, old, fresh);
      steps.push(() -> put(file, fresh, old));
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /** Replaces a file that holds something. */
  static void put(Path file, byte[] before, byte[] after) throws IOException {
    // Through a link, so that the link stays one.
    var real = file.toRealPath();
    if (!Arrays.equals(Files.readAllBytes(real), before)) {
      throw refused(file + " was changed by somebody else meanwhile.");
    }
    var fresh = Files.createTempFile(real.getParent(), UNFINISHED, UNFINISHED_END);
    boolean moved = false;
    try {
      Files.write(fresh, after);
      Files.setPosixFilePermissions(fresh, Files.getPosixFilePermissions(real));
      try (var channel = java.nio.channels.FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      try {
        Files.move(fresh, real, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(fresh, real, StandardCopyOption.REPLACE_EXISTING);
      }
      moved = true;
    } finally {
      if (!moved) {
        Files.deleteIfExists(fresh);
      }
    }
  }

  /**
   * Removes what a process that was killed has left beside a file that it was about to replace.
   *
   * @param contents what it wrote
   */
  static void removeUnfinished(Path file, List<byte[]> contents) throws IOException {
    var parent = file.toRealPath().getParent();
    try (var all = Files.newDirectoryStream(parent, UNFINISHED + "*" + UNFINISHED_END)) {
      for (var one : all) {
        var now = Files.readAllBytes(one);
        if (contents.stream()
            .anyMatch(content ->
                now.length <= content.length
                    && Arrays.equals(now, 0, now.length, content, 0, now.length))) {
          Files.delete(one);
        }
      }
    }
  }

  /** Makes a directory, outside of the flake, for what is moved away. */
  void makeAside(Path directory) {
    try {
      journal.note(Kind.ASIDE, List.of(directory.toString()));
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      steps.push(() -> removeAside(directory));
    } catch (IOException e) {
      throw failed(directory, e);
    }
  }

  /** Removes a directory for what was moved away if no file is in it any more. */
  static void removeAside(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    boolean empty;
    try (var all = Files.walk(directory)) {
      empty = all.allMatch(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS));
    }
    if (empty) {
      Trees.remove(directory);
    }
  }

  /** Adds files that were made to the index of git. */
  void stage(Git git, List<Path> files) {
    try {
      journal.note(Kind.STAGE, files.stream().map(Path::toString).toList());
      git.add(files, journal);
      steps.push(() -> git.forget(files, journal));
    } catch (IOException e) {
      throw failed(root, e);
    }
  }

  /** Takes files out of the index of git that were moved away, as the last thing of all. */
  void forget(Git git, List<Path> files) {
    try {
      journal.note(Kind.FORGET, files.stream().map(Path::toString).toList());
      git.forget(files, journal);
    } catch (IOException e) {
      throw failed(root, e);
    }
  }

  /** Moves a file or directory out of the way. */
  void moveAway(Path path, Path to) {
    try {
      journal.note(Kind.MOVE, List.of(path.toString(), to.toString()));
      Files.createDirectories(to.getParent());
      Trees.move(path, to);
      steps.push(() -> Trees.move(to, path));
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  /** Everything stays as it is now. */
  void keep() {
    kept = true;
    try {
      journal.end();
    } catch (IOException e) {
      kept = false;
      throw failed(root, e);
    }
  }

  /**
   * Takes everything back that was not kept, whatever happens in between.
   *
   * @throws SystemException {@code HOST_SOURCE_REFUSED} if something could not be taken back,
   *     naming it; everything else was, and what was not is tried again later, as for a process
   *     that was killed
   */
  @Override
  public void close() {
    if (kept) {
      return;
    }
    // Files and processes are not used by a thread that is to end.
    boolean interrupted = Thread.interrupted();
    var troubles = new ArrayList<String>();
    try {
      try {
        journal.note(Kind.UNDO, List.of());
      } catch (IOException e) {
        // It is undone all the same.
      }
      while (!steps.isEmpty()) {
        try {
          steps.pop().undo();
        } catch (IOException | RuntimeException e) {
          troubles.add(String.valueOf(e.getMessage()));
        }
      }
      if (troubles.isEmpty()) {
        journal.end();
      }
    } catch (IOException e) {
      troubles.add(String.valueOf(e.getMessage()));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (!troubles.isEmpty()) {
      throw refused("Not everything could be taken back: " + String.join("; ", troubles));
    }
  }

  private static SystemException refused(String message) {
    return new SystemException(Reason.HOST_SOURCE_REFUSED, message);
  }

  private static NixException failed(Path path, IOException e) {
    if (e instanceof ClosedByInterruptException) {
      return new CommandException(
          Reason.CANCELLED, "The change of %s was given up.".formatted(path));
    }
    return new SystemException(
        Reason.HOST_SOURCE_REFUSED,
        "%s cannot be changed: %s".formatted(path, e),
        Details.NONE.with("path", path.toString()).with(e));
  }
}
