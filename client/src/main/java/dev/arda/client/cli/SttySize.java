package dev.arda.client.cli;

import dev.arda.client.Environment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The size of the terminal, as the program {@code stty} says it.
 *
 * @param columns at least 1
 * @param rows at least 1
 */
record SttySize(int columns, int rows) {

  /** Asks; empty where there is no such program or no terminal. */
  static Optional<SttySize> ask(Environment environment) {
    var stty = environment.program("stty");
    if (stty.isEmpty()) {
      return Optional.empty();
    }
    try {
      var process =
          new ProcessBuilder(stty.get().toString(), "size")
              .redirectInput(Path.of("/dev/tty").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (var output = process.getInputStream()) {
        var text = new String(output.readNBytes(64), StandardCharsets.US_ASCII);
        if (!process.waitFor(1, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
        return of(text);
      }
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static Optional<SttySize> of(String text) {
    var words = text.strip().split(" ", -1);
    try {
      var size =
          new SttySize(Integer.parseInt(words[words.length - 1]), Integer.parseInt(words[0]));
      return Optional.of(size).filter(s -> s.columns > 0 && s.rows > 0);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
