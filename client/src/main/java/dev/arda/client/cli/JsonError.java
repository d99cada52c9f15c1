package dev.arda.client.cli;

import dev.arda.client.Failure;
import io.grpc.Status;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The failure of a whole command for programs, as the last line of what {@code --json} prints. */
final class JsonError {

  /** The reason of a wrong command line. */
  static final String USAGE = "USAGE";

  private JsonError() {}

  /**
   * One line, for example {@code
   * {"error":{"code":"NOT_FOUND","reason":"HOST_NOT_FOUND","message":"…","metadata":{"host":"x"}}}}.
   */
  static String of(Failure failure) {
    var metadata =
        new TreeMap<>(failure.metadata())
            .entrySet().stream()
                .map(entry ->
                    JsonText.quote(entry.getKey()) + ":" + JsonText.quote(entry.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    return "{\"error\":{\"code\":%s,\"reason\":%s,\"message\":%s%s}}"
        .formatted(
            JsonText.quote(failure.code().name()),
            JsonText.quote(failure.reason()),
            JsonText.quote(failure.message()),
            failure.metadata().isEmpty() ? "" : ",\"metadata\":" + metadata);
  }

  /** The same of a wrong command line. */
  static String usage(String message) {
    return of(Failure.local(Status.Code.INVALID_ARGUMENT, USAGE, message));
  }

  /** The same of a failure of which only a person can make something. */
  static String unknown(String message) {
    return of(Failure.local(Status.Code.UNKNOWN, Failure.UNKNOWN, message));
  }
}
