package dev.arda.nix.flake.eval;

import dev.arda.nix.types.CallContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the source trees of flakes from the garbage collector while an evaluator may read them. The
 * names of the links hold the number of the daemon's process, so that those of one that was killed
 * are found and removed.
 */
final class EvaluatorRoots {

  private static final Logger log = LoggerFactory.getLogger(EvaluatorRoots.class);

  private static final String PREFIX = "evaluator-";

  private final ReplLauncher launcher;
  private final Path directory;
  private final String own = PREFIX + ProcessHandle.current().pid() + "-";

  /**
   * Removes what dead daemons left behind.
   *
   * @param directory where the links are put; created when needed
   */
  EvaluatorRoots(ReplLauncher launcher, Path directory) {
    this.launcher = launcher;
    this.directory = directory;
    removeOrphans();
  }

  /**
   * A new link that protects a store path; closing it frees the path. Does not wait until the link
   * is there.
   */
  Root protect(CallContext context, String storePath) {
    Path link = directory.resolve(own + UUID.randomUUID());
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Root(
        link,
        () -> {
          launcher.protect(context, storePath, link);
          return true;
        });
  }

  /** A protected path. Thread-safe. */
  static final class Root implements AutoCloseable {

    private final Path link;
    private final FutureTask<Boolean> task;
    private final Thread thread;
    private volatile boolean failed;

    private Root(Path link, Callable<Boolean> work) {
      this.link = link;
      this.task = new FutureTask<>(work);
      this.thread = Thread.ofVirtual().name("evaluator-root").start(this::run);
    }

    private void run() {
      task.run();
      if (task.state() == Future.State.FAILED) {
        failed = true;
        log.warn("{} protects nothing: {}", link, task.exceptionNow().getMessage());
      }
    }

    /** Waits until the path is protected, or cannot be. */
    void await() throws InterruptedException {
      if (!task.isDone()) {
        try {
          task.get();
        } catch (ExecutionException | CancellationException e) {
          log.debug("not protected", e);
        }
      }
    }

    /** Whether the path could not be protected. */
    boolean failed() {
      return failed;
    }

    /** Frees the path; waits for what is still being done to protect it. */
    @Override
    public void close() {
      task.cancel(true);
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      delete(link);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void removeOrphans() {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (var links = Files.newDirectoryStream(directory, PREFIX + "*")) {
      for (Path link : links) {
        String pid = link.getFileName().toString().substring(PREFIX.length()).split("-", 2)[0];
        if (pid.matches("[0-9]{1,18}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
          delete(link);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path link) {
    try {
      Files.deleteIfExists(link);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
