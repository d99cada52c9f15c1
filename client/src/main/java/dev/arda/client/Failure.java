package dev.arda.client;

import dev.arda.v1.NixError;
import dev.arda.v1.SelectorError;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.Map;
import java.util.Optional;

/**
 * Why something failed: a {@code google.rpc.Status} with the details that arda attaches
 * (docs/api.md), taken apart. Failures of single selectors and of whole calls have the same form.
 *
 * @param code the gRPC status
 * @param reason one word in capitals from docs/api.md; {@code UNKNOWN} where the answer has none
 * @param message what happened, for a person
 * @param metadata further facts, by name
 * @param nix what Nix said
 * @param selector where in a selector it happened
 */
public record Failure(
    Status.Code code,
    String reason,
    String message,
    Map<String, String> metadata,
    Optional<NixError> nix,
    Optional<SelectorError> selector) {

  /** The domain of arda's reasons. */
  public static final String DOMAIN = "arda";

  /** The reason where none was given. */
  public static final String UNKNOWN = "UNKNOWN";

  private static final String NIX_ERROR = "arda.v1.NixError";
  private static final String SELECTOR_ERROR = "arda.v1.SelectorError";

  /** Copies the map. */
  public Failure {
    metadata = Map.copyOf(metadata);
  }

  /** A failure that arose on this side. */
  public static Failure local(Status.Code code, String reason, String message) {
    return new Failure(code, reason, message, Map.of(), Optional.empty(), Optional.empty());
  }

  /** Reads the error of one selector. */
  public static Failure of(com.google.rpc.Status status) {
    var details = new FailureDetails(status.getDetailsList());
    var info = details.info();
    return new Failure(
        Status.fromCodeValue(status.getCode()).getCode(),
        info.map(FailureDetails.Info::reason).filter(s -> !s.isEmpty()).orElse(UNKNOWN),
        status.getMessage(),
        info.map(FailureDetails.Info::metadata).orElseGet(Map::of),
        details.get(NIX_ERROR, NixError.parser()),
        details.get(SELECTOR_ERROR, SelectorError.parser()));
  }

  /** Reads the error of a call. */
  public static Failure of(Status status, Metadata trailers) {
    var proto = StatusProto.fromStatusAndTrailers(status, trailers);
    if (proto.getDetailsCount() > 0) {
      return of(proto);
    }
    var description = status.getDescription();
    var cause = status.getCause();
    var message = new StringBuilder(description == null ? "" : description);
    if (cause != null && cause.getMessage() != null) {
      message.append(message.isEmpty() ? "" : ": ").append(cause.getMessage());
    }
    return local(
        status.getCode(),
        UNKNOWN,
        message.isEmpty() ? status.getCode().name() : message.toString());
  }

  /**
   * Whether the connection was lost, or could not be made, without a word from the daemon. A daemon
   * that cuts its calls off resets their streams, which reads as cancelled.
   */
  boolean isLostConnection() {
    return (code == Status.Code.UNAVAILABLE || code == Status.Code.CANCELLED)
        && reason.equals(UNKNOWN);
  }

  /** Whether the daemon is ending and takes no more questions. */
  boolean isDraining() {
    return code == Status.Code.UNAVAILABLE && reason.equals("DRAINING");
  }

  /** Whether the daemon does not speak this client's protocol. */
  boolean isUnsupportedProtocol() {
    return reason.equals("PROTOCOL_UNSUPPORTED");
  }
}
