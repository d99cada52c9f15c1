package dev.arda.client.wire;

import io.grpc.Metadata;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * How a call ended, as gRPC puts it into trailers and HTTP/2 into codes (the protocol of gRPC over
 * HTTP/2).
 */
final class GrpcStatus {

  private GrpcStatus() {}

  static Optional<String> value(List<Header> headers, String name) {
    return headers.stream().filter(h -> h.name().equals(name)).map(Header::value).findFirst();
  }

  /** What is wrong with headers that should begin an answer; empty if nothing is. */
  static Optional<Status> fault(List<Header> headers) {
    var http = value(headers, ":status").orElse("none");
    if (!http.equals("200")) {
      return Optional.of(Status.UNKNOWN.withDescription("an answer with the HTTP status " + http));
    }
    var type = value(headers, "content-type").orElse("none");
    if (!type.startsWith("application/grpc")) {
      return Optional.of(Status.UNKNOWN.withDescription("an answer of the type " + type));
    }
    return Optional.empty();
  }

  /** The status that trailers hold. */
  static Status of(List<Header> trailers) {
    var code = value(trailers, "grpc-status");
    if (code.isEmpty()) {
      return fault(trailers)
          .orElse(Status.UNKNOWN.withDescription("an answer that ends without a status"));
    }
    Status status;
    try {
      status = Status.fromCodeValue(Integer.parseInt(code.get()));
    } catch (NumberFormatException e) {
      status = Status.UNKNOWN.withDescription("an answer with the status " + code.get());
    }
    var message = value(trailers, "grpc-message");
    return message.isPresent() ? status.withDescription(decode(message.get())) : status;
  }

  /** What trailers hold beside the status. */
  static Metadata metadata(List<Header> trailers) {
    var metadata = new Metadata();
    for (var header : trailers) {
      var name = header.name();
      if (name.startsWith(":") || name.equals("grpc-status") || name.equals("grpc-message")) {
        continue;
      }
      try {
        if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
          var bytes = Base64.getDecoder().decode(header.value());
          metadata.put(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER), bytes);
        } else {
          metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), header.value());
        }
      } catch (IllegalArgumentException e) {
        // A detail that cannot be read is worth less than the status it accompanies.
      }
    }
    return metadata;
  }

  /** The status of a stream that was reset with a code. */
  static Status ofReset(int code) {
    var status =
        switch (code) {
          case 7 -> Status.UNAVAILABLE; // refused before anything was done
          case 8 -> Status.CANCELLED;
          case 11 -> Status.RESOURCE_EXHAUSTED;
          case 12 -> Status.PERMISSION_DENIED;
          default -> Status.INTERNAL;
        };
    return status.withDescription(
        "the daemon broke the answer off (HTTP/2 error %d)".formatted(code));
  }

  /** Bytes that are not printable ASCII are sent as a percent sign and two digits. */
  private static String decode(String message) {
    if (message.indexOf('%') < 0) {
      return message;
    }
    var bytes = new ByteArrayOutputStream(message.length());
    for (int i = 0; i < message.length(); i++) {
      char c = message.charAt(i);
      if (c == '%' && i + 2 < message.length()) {
        int high = Character.digit(message.charAt(i + 1), 16);
        int low = Character.digit(message.charAt(i + 2), 16);
        if (high >= 0 && low >= 0) {
          bytes.write((high << 4) | low);
          i += 2;
          continue;
        }
      }
      bytes.write(c);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
