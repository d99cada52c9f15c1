package dev.arda.daemon.rpc;

import dev.arda.nix.core.TerminalText;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A call that the daemon itself refuses, before or instead of asking Nix. */
@SuppressWarnings("serial") // never serialised
final class DaemonFault extends RuntimeException {

  /** How long a client should wait for a successor of a daemon that is ending. */
  private static final Duration SUCCESSOR_DELAY = Duration.ofMillis(200);

  private static final Duration CROWD_DELAY = Duration.ofSeconds(1);

  private final DaemonReason reason;
  private final Map<String, String> metadata;
  private final Optional<Duration> retryAfter;

  private DaemonFault(
      DaemonReason reason,
      String message,
      Map<String, String> metadata,
      Optional<Duration> retryAfter) {
    super(message);
    this.reason = reason;
    this.metadata = metadata;
    this.retryAfter = retryAfter;
  }

  static DaemonFault protocolUnsupported(String spoken, ProtocolRange range) {
    return new DaemonFault(
        DaemonReason.PROTOCOL_UNSUPPORTED,
        "This daemon speaks the protocols %d to %d, the client asked for %s; restart the daemon (`arda daemon restart`) or update the client."
            .formatted(range.min(), range.max(), spoken),
        Map.of(
            "protocol",
            spoken,
            "min",
            Integer.toString(range.min()),
            "max",
            Integer.toString(range.max())),
        Optional.empty());
  }

  static DaemonFault draining() {
    return new DaemonFault(
        DaemonReason.DRAINING,
        "The daemon is ending; ask again to start another.",
        Map.of(),
        Optional.of(SUCCESSOR_DELAY));
  }

  static DaemonFault tooManyCalls(int limit) {
    return new DaemonFault(
        DaemonReason.RESOURCE_EXHAUSTED,
        "The daemon is already serving %d calls; ask again when some have ended.".formatted(limit),
        Map.of("limit", Integer.toString(limit)),
        Optional.of(CROWD_DELAY));
  }

  static DaemonFault operationNotFound(String name) {
    return new DaemonFault(
        DaemonReason.OPERATION_NOT_FOUND,
        "There is no operation `%s`, or none any more; `arda ops list` shows those that are known."
            .formatted(TerminalText.strip(name)),
        Map.of("operation", name),
        Optional.empty());
  }

  static DaemonFault promptNotFound(String operation) {
    return new DaemonFault(
        DaemonReason.PROMPT_NOT_FOUND,
        "The operation `%s` asks no such question, or asks it of somebody else."
            .formatted(TerminalText.strip(operation)),
        Map.of("operation", operation),
        Optional.empty());
  }

  static DaemonFault operationElsewhere(String name) {
    return new DaemonFault(
        DaemonReason.OPERATION_ELSEWHERE,
        "The operation `%s` was started with --no-daemon, or by another daemon of yours; only that can end it: interrupt the command that started it."
            .formatted(name),
        Map.of("operation", name),
        Optional.empty());
  }

  static DaemonFault permissionDenied(String method) {
    return new DaemonFault(
        DaemonReason.PERMISSION_DENIED,
        "The method %s does not exist or may not be used here.".formatted(method),
        Map.of("method", method),
        Optional.empty());
  }

  DaemonReason reason() {
    return reason;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  Optional<Duration> retryAfter() {
    return retryAfter;
  }

  /** The message; never null. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
