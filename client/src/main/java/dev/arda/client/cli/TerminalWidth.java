package dev.arda.client.cli;

import dev.arda.client.Environment;
import dev.arda.client.Setting;
import java.util.OptionalInt;

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
    return SttySize.ask(environment).map(SttySize::columns).orElse(USUAL);
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
