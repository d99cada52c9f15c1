package dev.arda.nix.core;

import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The store that tests use instead of the system's (the seed, section 1.4). It is created under an
 * exclusive {@code flock} on the file that {@code LOCK_NIX} names, which other tools take too.
 */
final class TestStore {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long PAUSE_NANOS = 20_000_000;

  private TestStore() {}

  /**
   * The store's directory, created if need be; empty if no test store is in use.
   *
   * @param directory what relative paths are resolved against
   * @throws CommandException {@code COMMAND_FAILED} if it cannot be created or the lock cannot be
   *     had; {@code CANCELLED} if the thread is interrupted while it waits for the lock
   */
  static Optional<Path> prepare(NixVariables variables, Path directory) {
    if (variables.testStore().isEmpty()) {
      return Optional.empty();
    }
    var store = directory.resolve(variables.testStore().get()).normalize();
    try {
      if (!Files.isDirectory(store)) {
        if (variables.lockNix().isPresent()) {
          createLocked(store, directory.resolve(variables.lockNix().get()));
        } else {
          Files.createDirectories(store);
        }
      }
      return Optional.of(store);
    } catch (IOException | IllegalStateException e) {
      throw new CommandException(
          Reason.COMMAND_FAILED,
          "The test store %s cannot be created: %s".formatted(store, e.getMessage()),
          NixException.Details.NONE.with("store", store.toString()).with(e));
    }
  }

  private static void createLocked(Path store, Path lock) throws IOException {
    var posix = Posix.load();
    if (posix.isEmpty()) {
      // A weaker lock: seen by arda and by users of fcntl(2), not by users of flock(2).
      synchronized (TestStore.class) {
        try (var channel =
                FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            var _ = channel.lock()) {
          Files.createDirectories(store);
        }
      }
      return;
    }
    var held = await(posix.get(), lock);
    try {
      Files.createDirectories(store);
    } finally {
      posix.get().close(held);
    }
  }

  private static int await(Posix posix, Path lock) {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var held = posix.tryLock(lock.toString());
      if (held.isPresent()) {
        return held.get();
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new CommandException(
            Reason.CANCELLED, "Waiting for the lock %s was cancelled.".formatted(lock));
      }
      if (deadline - System.nanoTime() <= 0) {
        throw new IllegalStateException("another program holds the lock " + lock);
      }
      // flock(2) can only be awaited by blocking, which nothing could interrupt.
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
