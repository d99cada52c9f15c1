package dev.arda.client.cli.view;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.arda.v1.OperationNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Writes durations and sizes shortly, and always to the same form. */
public final class Quantities {

  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Quantities() {}

  /** A time that has passed, to a tenth of a second below ten: {@code 3.2s}, {@code 34s}. */
  public static String precise(Duration duration) {
    long millis = Math.max(0, duration.toMillis());
    return millis < 9_950
        ? String.format(Locale.ROOT, "%.1fs", millis / 1_000.0)
        : coarse(Duration.ofMillis(millis + 500));
  }

  /** A time in whole seconds: {@code 3s}, {@code 2m05s}, {@code 1h02m}. */
  public static String coarse(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 60) {
      return seconds + "s";
    }
    return seconds < 3_600
        ? String.format(Locale.ROOT, "%dm%02ds", seconds / 60, seconds % 60)
        : String.format(Locale.ROOT, "%dh%02dm", seconds / 3_600, seconds % 3_600 / 60);
  }

  /** So many things: {@code 1 path}, {@code 1,234 paths}. */
  public static String count(long number, String singular) {
    return String.format(Locale.ROOT, "%,d %s%s", number, singular, number == 1 ? "" : "s");
  }

  /** A number of bytes: {@code 512 B}, {@code 12.3 MiB}. */
  public static String bytes(long bytes) {
    int unit = unit(bytes);
    return number(bytes, unit) + " " + UNITS[unit];
  }

  /** A change in a number of bytes, with its sign. */
  public static String bytesChange(long bytes) {
    return bytes < 0 ? "-" + bytes(-bytes) : "+" + bytes(bytes);
  }

  /** A part of a number of bytes, both in the unit of the whole: {@code 0.4/12.3 MiB}. */
  public static String bytes(long done, long expected) {
    int unit = unit(expected);
    return number(done, unit) + "/" + number(expected, unit) + " " + UNITS[unit];
  }

  private static int unit(long bytes) {
    int unit = 0;
    for (double rest = bytes; rest >= 1_023.95; rest /= 1_024) {
      unit++;
    }
    return unit;
  }

  private static String number(long bytes, int unit) {
    return unit == 0
        ? Long.toString(bytes)
        : String.format(Locale.ROOT, "%.1f", bytes / Math.pow(1_024, unit));
  }

  /** How long a node works or worked; zero while it waits. */
  static Duration elapsed(OperationNode node, Instant now) {
    if (!node.hasStartedAt()) {
      return Duration.ZERO;
    }
    var end = node.hasFinishedAt() ? instant(node.getFinishedAt()) : now;
    var elapsed = Duration.between(instant(node.getStartedAt()), end);
    return elapsed.isNegative() ? Duration.ZERO : elapsed;
  }

  /** A time to the millisecond. */
  public static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochMilli(Timestamps.toMillis(timestamp));
  }
}
