package dev.arda.daemon;

import dev.arda.nix.testing.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A daemon in a process of its own, with all that it really does. */
final class RealDaemon implements AutoCloseable {

  private final Path directory;
  private final Process process;
  private final TestChannel channel;

  /**
   * Starts one and waits until it answers.
   *
   * @param directory for its files; one that was killed may have left some
   * @param flags of Java, beside the usual ones
   */
  RealDaemon(Path directory, String... flags) {
    this.directory = directory;
    var command = new ArrayList<>(DaemonProcess.java(DaemonMain.class));
    command.addAll(1, List.of(flags));
    command.addAll(
        List.of(
            "--runtime-dir", directory.resolve("run").toString(),
            "--state-dir", directory.resolve("state").toString()));
    try {
      process =
          new ProcessBuilder(command)
              .redirectOutput(directory.resolve("out").toFile())
              .redirectError(directory.resolve("err").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Eventually.within(
        Duration.ofMinutes(2),
        "the daemon has started",
        () ->
            RuntimeRecord.read(directory.resolve("run/daemon-1.json"))
                .filter(record -> record.pid() == process.pid())
                .isPresent());
    channel = TestChannel.open(directory.resolve("run/daemon-1.sock"));
  }

  io.grpc.ManagedChannel channel() {
    return channel.channel();
  }

  /** Ends it as a crash does. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it; its files stay. */
  @Override
  public void close() {
    channel.close();
    kill();
  }

  /** Removes its files. */
  void delete() {
    Trees.delete(directory);
  }
}
