package dev.arda.client.cli;

import java.time.Duration;

/** Writes durations for people. */
final class Durations {

  private Durations() {}

  /** As a message. */
  static com.google.protobuf.Duration proto(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  /** The largest unit alone, for example {@code 3 h}. */
  static String largest(Duration duration) {
    var text = text(duration).split(" ", -1);
    return text[0] + " " + text[1];
  }

  /** The two largest units, for example {@code 3 h 12 min}. */
  static String text(Duration duration) {
    if (duration.toDays() > 0) {
      return "%d d %d h".formatted(duration.toDays(), duration.toHoursPart());
    }
    if (duration.toHours() > 0) {
      return "%d h %d min".formatted(duration.toHours(), duration.toMinutesPart());
    }
    if (duration.toMinutes() > 0) {
      return "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart());
    }
    return "%d s".formatted(duration.toSeconds());
  }
}
