package dev.arda.client.cli;

import dev.arda.client.Environment;
import dev.arda.client.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** The width of the terminal, asked for when it is needed first. */
final class TerminalWidth {

  private static final int USUAL = 80;

  private final Environment environment;
  private OptionalInt known = OptionalInt.empty();

  TerminalWidth(Environment environment) {
    this.environment = environment;
  }

  /** Columns. */
  synchronized int columns() {
    if (known.isEmpty()) {
      int columns = environment.get(Setting.COLUMNS).map(TerminalWidth::number).orElse(0);
      known = OptionalInt.of(columns > 0 ? columns : fromTerminal());
    }
    return known.getAsInt();
  }

  private int fromTerminal() {
    var stty = environment.program("stty");
    if (stty.isEmpty()) {
      return USUAL;
    }
    try {
      var process =
          new ProcessBuilder(stty.get().toString(), "size")
              .redirectInput(Path.of("/dev/tty").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (var output = process.getInputStream()) {
        var words =
            new String(output.readNBytes(64), StandardCharsets.US_ASCII).trim().split(" ", -1);
        int columns = words.length == 2 ? number(words[1]) : 0;
        if (!process.waitFor(1, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
        return columns > 0 ? columns : USUAL;
      }
    } catch (IOException e) {
      return USUAL;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return USUAL;
    }
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
