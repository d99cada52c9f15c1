package dev.arda.client;

import com.google.rpc.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * A process that behaves like a daemon towards the client that starts it. {@code FAKE_DAEMON} says
 * how: {@code die}, {@code hang}, or well.
 */
public final class FakeDaemonMain {

  private FakeDaemonMain() {}

  public static void main(String[] args) throws Exception {
    var arguments = List.of(args);
    var runtime = Path.of(after(arguments, "--runtime-dir"));
    var state = Path.of(after(arguments, "--state-dir"));
    Files.createDirectories(state.resolve("log"));
    var self = ProcessHandle.current();
    append(
        state.resolve("starts"),
        self.pid() + " " + self.info().startInstant().orElseThrow() + " " + arguments + "\n");
    append(
        state.resolve("environment"),
        System.getenv().keySet() + " " + Path.of("").toAbsolutePath() + "\n");
    append(state.resolve("log/daemon.log"), "INFO about to start\n");
    switch (System.getenv().getOrDefault("FAKE_DAEMON", "well")) {
      case "die" -> {
        System.err.println("cannot bind: the disk is on fire");
        System.exit(3);
      }
      case "hang" -> new CountDownLatch(1).await();
      default -> serve(arguments, runtime);
    }
  }

  private static void serve(List<String> arguments, Path runtime) throws Exception {
    var daemon = new FakeDaemon(runtime);
    var done = new CountDownLatch(1);
    daemon.onShutdown = done::countDown;
    if (System.getenv().containsKey("FAKE_UNSUPPORTED")) {
      daemon.refusal =
          Optional.of(
              FakeDaemon.exception(
                  Code.FAILED_PRECONDITION, "PROTOCOL_UNSUPPORTED", "speaks protocol 9 only"));
    }
    writeRecord(runtime, ProcessHandle.current(), Instant.EPOCH);
    if (arguments.contains("--private")) {
      while (System.in.read() >= 0) {}
    } else {
      done.await();
    }
    daemon.close();
    Files.deleteIfExists(runtime.resolve("daemon-1.json"));
    System.exit(0);
  }

  /** Writes a record for a process; its real start time where none is given. */
  static void writeRecord(Path runtime, ProcessHandle process, Instant otherStart)
      throws IOException {
    var start =
        otherStart.equals(Instant.EPOCH) ? process.info().startInstant().orElseThrow() : otherStart;
    var text =
        """
        {"pid":%d,"startedAt":"%s","version":"fake","protocolMin":1,"protocolMax":1,"socket":"%s","logFile":"x"}
        """
            .formatted(process.pid(), start, runtime.resolve("daemon-1.sock"));
    var temporary = runtime.resolve("record.tmp");
    Files.writeString(temporary, text);
    Files.move(temporary, runtime.resolve("daemon-1.json"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static String after(List<String> arguments, String option) {
    return arguments.get(arguments.indexOf(option) + 1);
  }

  private static void append(Path file, String text) throws IOException {
    Files.write(
        file,
        text.getBytes(StandardCharsets.UTF_8),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
