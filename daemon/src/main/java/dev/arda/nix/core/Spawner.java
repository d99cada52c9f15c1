package dev.arda.nix.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Starts programs that do not outlive this process, however it ends. Where the system has a {@code
 * setpriv} that can, the kernel kills them with it; elsewhere those that read from it notice. The
 * kernel goes by the thread that started a program, so all are started by one. Thread-safe.
 */
final class Spawner implements AutoCloseable {

  private final Supplier<Optional<Path>> setpriv;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("process-start").factory());

  /**
   * A spawner.
   *
   * @param setpriv makes the kernel kill a program with this process; empty: nothing does
   */
  Spawner(Optional<Path> setpriv) {
    this(() -> setpriv);
  }

  private Spawner(Supplier<Optional<Path>> setpriv) {
    this.setpriv = setpriv;
  }

  /** A spawner that uses what this system has. */
  static Spawner system() {
    return new Spawner(() -> OfThisSystem.SETPRIV);
  }

  /** Looked for when the first program is started: to try it takes time, which no start should. */
  private static final class OfThisSystem {
    private static final Optional<Path> SETPRIV =
        Stream.of("/usr/bin/setpriv", "/bin/setpriv", "/run/current-system/sw/bin/setpriv")
            .map(Path::of)
            .filter(Files::isExecutable)
            .filter(Spawner::knowsDeath)
            .findFirst();
  }

  /** Not every program of that name can; BusyBox's cannot. */
  private static boolean knowsDeath(Path setpriv) {
    var name = setpriv.toString();
    try {
      var probe =
          new ProcessBuilder(name, "--pdeathsig", "KILL", "--", name, "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (probe.waitFor(5, TimeUnit.SECONDS)) {
        return probe.exitValue() == 0;
      }
      probe.destroyForcibly();
      return false;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What stands before the program on a command line. */
  List<String> prefix() {
    return setpriv
        .get()
        .map(path -> List.of(path.toString(), "--pdeathsig", "KILL", "--"))
        .orElse(List.of());
  }

  /**
   * Starts a program whose command line begins with {@link #prefix}. Blocks for as long as that
   * takes, and is not interrupted.
   */
  Process start(ProcessBuilder program) throws IOException {
    return switch (CompletableFuture.supplyAsync(() -> begin(program), thread).join()) {
      case Started.Running(var process) -> process;
      case Started.Failed(var failure) -> throw new IOException(failure.getMessage(), failure);
    };
  }

  private static Started begin(ProcessBuilder program) {
    try {
      return new Started.Running(program.start());
    } catch (IOException e) {
      return new Started.Failed(e);
    }
  }

  private sealed interface Started {
    record Running(Process process) implements Started {}

    record Failed(IOException failure) implements Started {}
  }

  /** Everything that it started has ended, or is killed by this. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
