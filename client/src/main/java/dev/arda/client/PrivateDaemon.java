package dev.arda.client;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A daemon for one client alone ({@code --no-daemon}), on a socket in a directory of its own. It
 * ends when its standard input does, so it cannot outlive its client, however that one ends.
 */
final class PrivateDaemon implements AutoCloseable {

  private static final long GRACE_SECONDS = 3;

  private final Path directory;
  private final StartedDaemon daemon;
  private final DaemonConnection connection;

  private PrivateDaemon(Path directory, StartedDaemon daemon, DaemonConnection connection) {
    this.directory = directory;
    this.daemon = daemon;
    this.connection = connection;
  }

  /**
   * Starts one and waits until it answers.
   *
   * @throws DaemonException if it does not
   */
  static PrivateDaemon start(Environment environment, Deadline deadline)
      throws InterruptedException {
    var directory = makeDirectory(environment);
    StartedDaemon daemon = null;
    boolean ready = false;
    try {
      var location = new DaemonLocation(directory, DaemonLocation.stateDirectory(environment));
      location.checkLength();
      daemon = new DaemonLauncher(environment).startPrivate(location);
      var connection =
          DaemonConnector.brief(environment, location)
              .awaitReady(daemon, DaemonStartReason.PRIVATE, deadline.inner());
      ready = true;
      return new PrivateDaemon(directory, daemon, connection);
    } finally {
      if (!ready) {
        end(daemon);
        delete(directory);
      }
    }
  }

  private static Path makeDirectory(Environment environment) {
    try {
      // Made with mode 0700 and a name that cannot be guessed.
      return Files.createTempDirectory(
          environment.temporaryDirectory(), "arda-", PrivateFiles.ownerOnly());
    } catch (IOException e) {
      throw new DaemonException(
          "cannot make a directory for a private daemon in %s: %s\nset %s to a directory of your own"
              .formatted(
                  environment.temporaryDirectory(),
                  PrivateFiles.explain(e),
                  Setting.TMPDIR.name()));
    }
  }

  DaemonConnection connection() {
    return connection;
  }

  /** Ends the daemon, waiting a few seconds for it, and removes its directory. */
  @Override
  public void close() {
    end(daemon);
    delete(directory);
  }

  private static void end(@Nullable StartedDaemon daemon) {
    if (daemon == null) {
      return;
    }
    var process = daemon.process();
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It is gone already, or will be by what follows.
    }
    try {
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static void delete(Path directory) {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              var _ = Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
                throws IOException {
              var _ = Files.deleteIfExists(dir);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // A left directory in /tmp is no reason to fail an answer that was given.
    }
  }
}
