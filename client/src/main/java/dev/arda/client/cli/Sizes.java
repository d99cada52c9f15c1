package dev.arda.client.cli;

import java.util.Locale;

/** Writes amounts of memory for people. */
final class Sizes {

  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Sizes() {}

  /** Two digits at least where there are any, for example {@code 3.2 MiB} or {@code 188 MiB}. */
  static String text(long bytes) {
    double amount = Math.max(0, bytes);
    int unit = 0;
    while (amount >= 1000 && unit < UNITS.length - 1) {
      amount /= 1024;
      unit++;
    }
    String format = unit == 0 || amount >= 9.95 ? "%.0f %s" : "%.1f %s";
    return String.format(Locale.ROOT, format, amount, UNITS[unit]);
  }
}
