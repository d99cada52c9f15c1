package dev.arda.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a run leaves on the machine while it lasts: two directories, and the processes
 * that it started. {@link #close} ends and removes them, from any thread and more than once: at the
 * end, and when the run is interrupted.
 */
final class Workspace implements AutoCloseable {

  private final Path root;
  private final Path sockets;
  private final Set<ProcessHandle> processes = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private Workspace(Path root, Path sockets) {
    this.root = root;
    this.sockets = sockets;
  }

  /** What a program printed, and how long it took from its start to its end. */
  record Run(long nanos, String output) {}

  /** A new one. */
  static Workspace create() throws IOException {
    // Newer Nix builds nothing below a directory that others may write to, such as /tmp.
    Path parent =
        Files.createDirectories(Path.of(System.getProperty("user.home"), ".cache", "arda-bench"));
    // The path of a Unix socket holds 108 bytes at most.
    return new Workspace(
        Files.createTempDirectory(parent, "run").toRealPath(),
        Files.createTempDirectory("arda-bench").toRealPath());
  }

  /** A directory for whatever is measured; it exists. */
  Path directory(String name) throws IOException {
    return Files.createDirectories(root.resolve(name));
  }

  /** A directory with a short path, of this user alone; it exists. */
  Path socketDirectory(String name) throws IOException {
    Path directory = Files.createDirectories(sockets.resolve(name));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    return directory;
  }

  /** Whether the run is being ended. */
  boolean closed() {
    return closed;
  }

  /** Has a process of another's making ended together with this. */
  void own(ProcessHandle process) {
    processes.add(process);
  }

  /**
   * Runs a program to its end.
   *
   * @throws IllegalStateException if it fails, with what it said
   */
  Run run(Map<String, String> environment, Path cwd, List<String> command)
      throws InterruptedException {
    if (closed) {
      throw new IllegalStateException("the run is being ended");
    }
    try {
      Path errors = root.resolve("stderr");
      var builder = new ProcessBuilder(command).directory(cwd.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      builder.redirectError(errors.toFile()).redirectInput(Path.of("/dev/null").toFile());
      long began = System.nanoTime();
      Process process = builder.start();
      processes.add(process.toHandle());
      byte[] output = process.getInputStream().readAllBytes();
      int code = process.waitFor();
      long nanos = System.nanoTime() - began;
      processes.remove(process.toHandle());
      if (code != 0) {
        throw new IllegalStateException(
            String.join(" ", command)
                + " exited with "
                + code
                + ": "
                + Files.readString(errors).strip());
      }
      return new Run(nanos, new String(output, StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    // A daemon that was started but did not answer in time.
    processes.addAll(daemons());
    for (ProcessHandle process : List.copyOf(processes)) {
      List<ProcessHandle> below = process.descendants().toList();
      process.destroy();
      try {
        var _ = process.onExit().get(5, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException | TimeoutException e) {
        process.destroyForcibly();
      }
      below.forEach(ProcessHandle::destroyForcibly);
      processes.remove(process);
    }
    delete(root);
    delete(sockets);
  }

  /** Those whose arguments name a directory of this run. */
  private List<ProcessHandle> daemons() {
    return ProcessHandle.allProcesses()
        .filter(process ->
            Stream.of(process.info().arguments().orElse(new String[0]))
                .anyMatch(argument -> argument.startsWith(sockets.toString())))
        .toList();
  }

  /**
   * The files of a store are read-only, and a process that was just ended may still remove some
   * itself.
   */
  private static void delete(Path directory) {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
                throws IOException {
              try {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
              } catch (NoSuchFileException e) {
                return FileVisitResult.SKIP_SUBTREE;
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(path);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException failure)
                throws IOException {
              if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
              }
              throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path path, @Nullable IOException failure)
                throws IOException {
              Files.deleteIfExists(path);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("left behind: " + directory, e);
    }
  }
}
