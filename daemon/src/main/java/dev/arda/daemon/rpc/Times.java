package dev.arda.daemon.rpc;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;

/** Times between {@code java.time} and protobuf. */
final class Times {

  private Times() {}

  static Timestamp toProto(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  static com.google.protobuf.Duration toProto(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.toSeconds())
        .setNanos(duration.toNanosPart())
        .build();
  }

  /**
   * A duration of a request.
   *
   * @param limit the longest that is meant seriously; anything above it is cut to it
   */
  static Duration fromProto(com.google.protobuf.Duration duration, Duration limit) {
    if (duration.getSeconds() >= limit.toSeconds()) {
      return limit;
    }
    return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }

  /** Whether a duration of a request is well-formed and not negative. */
  static boolean isPlausible(com.google.protobuf.Duration duration) {
    return duration.getSeconds() >= 0
        && duration.getNanos() >= 0
        && duration.getNanos() < 1_000_000_000;
  }
}
