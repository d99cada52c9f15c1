package dev.arda.nix.system.source;

import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Changes of files below one directory that are taken back, the last one first, unless they are
 * {@link #keep kept}. No file is ever overwritten that is not what it was when it was read. Used by
 * one thread.
 */
final class SourceChange implements AutoCloseable {

  private interface Step {
    void undo() throws IOException;
  }

  private final Path root;
  private final Deque<Step> steps = new ArrayDeque<>();
  private final List<Path> created = new ArrayList<>();
  private boolean kept;

  /**
   * Nothing is changed yet.
   *
   * @param root nothing outside of it is touched
   */
  SourceChange(Path root) {
    this.root = root;
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
        throw refused(file + " is there already.");
      }
      Files.write(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      steps.push(() -> Files.deleteIfExists(file));
      created.add(file);
    } catch (IOException e) {
      throw failed(file, e);
    }
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
    Files.createDirectory(directory);
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
      put(file, before, after);
      steps.push(() -> put(file, after, before));
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static void put(Path file, String before, String after) throws IOException {
    // Through a link, so that the link stays one.
    var real = file.toRealPath();
    if (!Files.readString(real).equals(before)) {
      throw refused(file + " was changed by somebody else meanwhile.");
    }
    var fresh = Files.createTempFile(real.getParent(), ".arda-", ".new");
    boolean moved = false;
    try {
      Files.write(fresh, after.getBytes(StandardCharsets.UTF_8));
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

  /** Moves a file or directory out of the way. */
  void moveAway(Path path, Path to) {
    try {
      Files.createDirectories(to.getParent());
      Trees.move(path, to);
      steps.push(() -> Trees.move(to, path));
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  /** Has something else done when this is taken back. */
  void onUndo(Runnable undo) {
    steps.push(undo::run);
  }

  /** Everything stays as it is now. */
  void keep() {
    kept = true;
  }

  /**
   * Takes everything back that was not kept, whatever happens in between.
   *
   * @throws SystemException {@code HOST_SOURCE_REFUSED} if something could not be taken back,
   *     naming it; everything else was
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
      while (!steps.isEmpty()) {
        try {
          steps.pop().undo();
        } catch (IOException | RuntimeException e) {
          troubles.add(String.valueOf(e.getMessage()));
        }
      }
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

  private static SystemException failed(Path path, IOException e) {
    return new SystemException(
        Reason.HOST_SOURCE_REFUSED,
        "%s cannot be changed: %s".formatted(path, e),
        Details.NONE.with("path", path.toString()).with(e));
  }
}
