package dev.arda.client.cli;

import dev.arda.client.Environment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs small programs and reads what they print. */
final class Programs {

  private static final int MOST_OUTPUT = 64 * 1024;

  private final Environment environment;

  Programs(Environment environment) {
    this.environment = environment;
  }

  /**
   * How a program ended.
   *
   * @param code exit code; -1 if it could not be run or took too long
   * @param output what it printed to both streams, or why it could not be run
   */
  record Outcome(int code, String output) {

    /** The first line of what it printed. */
    String firstLine() {
      return output.lines().findFirst().orElse("");
    }
  }

  /** Runs a program with nothing to read. */
  Outcome run(List<String> command, Duration limit) throws InterruptedException {
    var builder =
        new ProcessBuilder(command)
            .directory(environment.cwd().toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment.variables());
    try {
      var process = builder.start();
      var output = CompletableFuture.supplyAsync(() -> read(process), Thread::startVirtualThread);
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        return new Outcome(-1, "no answer within %d s".formatted(limit.toSeconds()));
      }
      return new Outcome(process.exitValue(), output.join().strip());
    } catch (IOException e) {
      return new Outcome(-1, String.valueOf(e.getMessage()));
    }
  }

  private static String read(Process process) {
    try (var stream = process.getInputStream()) {
      var text = new String(stream.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8);
      // Read on, so that the program does not wait for somebody to do so.
      stream.skip(Long.MAX_VALUE);
      return text;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
