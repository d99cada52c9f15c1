package dev.arda.client.cli;

import dev.arda.client.Environment;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Reads passwords from the terminal of this process, which does not show them. */
final class TerminalPassword implements AutoCloseable {

  private static final Path TERMINAL = Path.of("/dev/tty");
  private static final int LONGEST = 4096;

  private final Environment environment;

  /** How the terminal was before; empty: as it is. Guarded by this. */
  private Optional<String> before = Optional.empty();

  TerminalPassword(Environment environment) {
    this.environment = environment;
  }

  /** Whether there is a terminal, with somebody before it. */
  static boolean isPossible(Environment environment) {
    return environment.isTerminal(0)
        && environment.isTerminal(2)
        && Files.isReadable(TERMINAL)
        && environment.program("stty").isPresent();
  }

  /**
   * Asks. Blocks until a line was typed.
   *
   * @return empty: nothing was typed, or it cannot be asked without being shown
   */
  Optional<String> ask(String question) {
    if (!hide()) {
      return Optional.empty();
    }
    try (var in = new FileInputStream(TERMINAL.toFile());
        var out = new FileOutputStream(TERMINAL.toFile())) {
      out.write((Style.safe(question) + ": ").getBytes(StandardCharsets.UTF_8));
      var line = new ByteArrayOutputStream();
      for (int c = in.read(); c >= 0 && c != '\n' && line.size() < LONGEST; c = in.read()) {
        line.write(c);
      }
      out.write('\n');
      return Optional.of(line.toString(StandardCharsets.UTF_8)).filter(text -> !text.isEmpty());
    } catch (IOException e) {
      return Optional.empty();
    } finally {
      close();
    }
  }

  private synchronized boolean hide() {
    var now = stty("-g").map(String::strip).filter(text -> !text.isEmpty());
    if (now.isEmpty() || stty("-echo").isEmpty()) {
      return false;
    }
    before = now;
    return true;
  }

  /** Has the terminal show what is typed, if it did before. */
  @Override
  public synchronized void close() {
    before.ifPresent(this::stty);
    before = Optional.empty();
  }

  private Optional<String> stty(String argument) {
    var program = environment.program("stty");
    if (program.isEmpty()) {
      return Optional.empty();
    }
    try {
      var process =
          new ProcessBuilder(program.get().toString(), argument)
              .redirectInput(TERMINAL.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (var output = process.getInputStream()) {
        var text = new String(output.readAllBytes(), StandardCharsets.US_ASCII);
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0
            ? Optional.of(text)
            : Optional.empty();
      }
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
