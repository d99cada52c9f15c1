package dev.arda.daemon.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.arda.daemon.operation.ForeignOperationException;
import dev.arda.daemon.operation.OperationsClosedException;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.NixErrorDetail;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SelectorFault;
import dev.arda.v1.NixError;
import dev.arda.v1.NixTraceFrame;
import dev.arda.v1.SelectorError;
import dev.arda.v1.SourcePosition;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns every failure into a {@code google.rpc.Status} with exactly one {@code ErrorInfo} (domain
 * {@value #DOMAIN}) and the details that apply. There is no other place that does.
 *
 * <p>A failure that is not a {@link NixException} or a refusal of the daemon is a fault in arda: it
 * is written to the log with its stack trace under a short id, and the client learns only the id
 * and the log file. Safe for use by any thread.
 */
public final class ErrorMapper {

  /** The domain of every {@code ErrorInfo}. */
  public static final String DOMAIN = "arda";

  /** The most that an error inside a message of a stream may weigh, in bytes. */
  static final int MAX_MESSAGE_BYTES = 256 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(ErrorMapper.class);

  private final Path logFile;

  /**
   * A mapping.
   *
   * @param logFile where a client is sent for the details of a fault in arda
   */
  public ErrorMapper(Path logFile) {
    this.logFile = logFile;
  }

  /** The code that a reason travels with. */
  public static Code code(Reason reason) {
    return switch (reason) {
      case SELECTOR_INVALID,
          REQUEST_INVALID,
          FLAKE_REF_INVALID,
          STORE_PATH_INVALID,
          STORE_URL_INVALID,
          HOST_NAME_INVALID,
          HOST_SELECTION_INVALID,
          HOST_TARGET_INVALID ->
          Code.INVALID_ARGUMENT;
      case FLAKE_NOT_FOUND,
          FLAKE_SOURCE_MISSING,
          FLAKE_FILE_MISSING,
          FLAKE_INPUT_MISSING,
          ATTRIBUTE_MISSING,
          STORE_PATH_MISSING,
          GC_ROOT_MISSING,
          PACKAGE_MISSING,
          HOST_NOT_FOUND,
          USER_NOT_FOUND,
          SECRET_MISSING,
          GENERATION_MISSING ->
          Code.NOT_FOUND;
      case HOST_EXISTS -> Code.ALREADY_EXISTS;
      case PACKAGE_NOT_ALLOWED, HOST_AUTHENTICATION_FAILED, PASSWORD_REJECTED ->
          Code.PERMISSION_DENIED;
      case INDEX_OUT_OF_RANGE -> Code.OUT_OF_RANGE;
      // Not UNAVAILABLE, though trying again may help: that code says that the daemon is away.
      case FLAKE_FETCH_FAILED -> Code.FAILED_PRECONDITION;
      case FLAKE_FILE_UNTRACKED,
          FLAKE_INVALID,
          FLAKE_INPUT_UNLOCKED,
          EVALUATION_FAILED,
          EVALUATION_RECURSION,
          WRONG_TYPE,
          INDEX_INVALID,
          VALUE_NOT_SERIALISABLE,
          BUILD_FAILED,
          STORE_FAILED,
          GC_ROOT_REFUSED,
          FLAKE_READ_ONLY,
          HOST_UNREACHABLE,
          HOST_KEY_REJECTED,
          HOST_UNFIT,
          HOST_SKIPPED,
          PASSWORD_REQUIRED,
          HEALTH_CHECK_FAILED,
          HOST_SOURCE_REFUSED,
          HOST_NOT_NIXOS,
          INSTALL_FAILED,
          ACTIVATION_FAILED,
          ACTIVATION_UNCONFIRMED,
          USER_DESCRIPTION_INVALID,
          USER_ACCOUNT_UNSUITABLE,
          USER_FILES_COLLIDE,
          DOTFILE_REFUSED,
          SECRET_UNREADABLE,
          IDENTITY_UNUSABLE,
          USER_ACTIVATION_FAILED,
          NIX_NOT_FOUND,
          NIX_UNUSABLE ->
          Code.FAILED_PRECONDITION;
      case EVALUATION_TOO_LARGE -> Code.RESOURCE_EXHAUSTED;
      case COMMAND_FAILED, ACTIVATION_UNKNOWN -> Code.UNKNOWN;
      case COMMAND_TIMEOUT,
          HOST_TIMEOUT,
          HOST_COPY_TIMEOUT,
          EVALUATION_TIMEOUT,
          BUILD_TIMEOUT,
          STORE_TIMEOUT ->
          Code.DEADLINE_EXCEEDED;
      case CANCELLED -> Code.CANCELLED;
      case INTERRUPTED, HOST_CONNECTION_LOST, HOST_BUSY -> Code.ABORTED;
      case INTERNAL -> Code.INTERNAL;
    };
  }

  /** The failure as an error inside a message, with all its details. */
  public Status status(Throwable failure) {
    return status(failure, MAX_MESSAGE_BYTES);
  }

  /**
   * The failure as an error inside a message.
   *
   * @param maxBytes what it may weigh; details are shortened, least useful first, until it does
   */
  Status status(Throwable failure, int maxBytes) {
    return StatusLimit.message(maxBytes).fit(full(failure));
  }

  /** The failure as the end of a call; its details fit into the trailers every client accepts. */
  StatusRuntimeException exception(Throwable failure) {
    return StatusProto.toStatusRuntimeException(StatusLimit.TRAILERS.fit(full(failure)));
  }

  private Status full(Throwable failure) {
    return switch (failure) {
      case NixException e when e.reason() == Reason.INTERNAL -> internal(e, e.getMessage());
      case NixException e -> nix(e).build();
      case DaemonFault fault -> refusal(fault);
      case ForeignOperationException e -> refusal(DaemonFault.operationElsewhere(e.operation()));
      case OperationsClosedException _ -> refusal(DaemonFault.draining());
      case RequestCheck.InvalidRequestException e -> malformed(e);
      default -> internal(failure, "arda failed.");
    };
  }

  private static Status.Builder nix(NixException e) {
    var status = status(code(e.reason()), e.getMessage(), e.reason().name(), e.metadata());
    e.nixError().map(ErrorMapper::nixError).ifPresent(detail -> add(status, detail));
    if (e instanceof FlakeException flake) {
      flake.selectorFault().map(ErrorMapper::selectorError).ifPresent(d -> add(status, d));
    }
    return status;
  }

  private static Status refusal(DaemonFault fault) {
    var reason = fault.reason();
    var status = status(reason.code(), fault.getMessage(), reason.name(), fault.metadata());
    fault.retryAfter().ifPresent(delay -> add(status, retry(delay)));
    return status.build();
  }

  private static Status malformed(RequestCheck.InvalidRequestException e) {
    var reason = Reason.REQUEST_INVALID;
    var status =
        status(
            code(reason),
            e.getMessage(),
            reason.name(),
            Map.of("field", e.violations().getFirst().getField()));
    add(status, BadRequest.newBuilder().addAllFieldViolations(e.violations()).build());
    return status.build();
  }

  private Status internal(Throwable failure, String message) {
    var id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    LOG.error("Fault {}: {}", id, message, failure);
    return status(
            Code.INTERNAL,
            "%s This is a fault in arda; see %s at %s.".formatted(message, id, logFile),
            Reason.INTERNAL.name(),
            Map.of("fault", id, "log_file", logFile.toString()))
        .build();
  }

  private static Status.Builder status(
      Code code, String message, String reason, Map<String, String> metadata) {
    var status = Status.newBuilder().setCode(code.getNumber()).setMessage(message);
    add(
        status,
        ErrorInfo.newBuilder()
            .setDomain(DOMAIN)
            .setReason(reason)
            .putAllMetadata(metadata)
            .build());
    return status;
  }

  private static void add(Status.Builder status, Message detail) {
    status.addDetails(Any.pack(detail));
  }

  private static RetryInfo retry(Duration delay) {
    return RetryInfo.newBuilder().setRetryDelay(Times.toProto(delay)).build();
  }

  private static NixError nixError(NixErrorDetail detail) {
    var proto = NixError.newBuilder().setMessage(detail.message()).setLogTail(detail.logTail());
    detail.position().map(ErrorMapper::position).ifPresent(proto::setPosition);
    for (var frame : detail.trace()) {
      var one = NixTraceFrame.newBuilder().setMessage(frame.message());
      frame.position().map(ErrorMapper::position).ifPresent(one::setPosition);
      proto.addTrace(one);
    }
    return proto.build();
  }

  private static SourcePosition position(dev.arda.nix.types.SourcePosition position) {
    return SourcePosition.newBuilder()
        .setFile(position.file())
        .setLine(position.line())
        .setColumn(position.column())
        .build();
  }

  private static SelectorError selectorError(SelectorFault fault) {
    return SelectorError.newBuilder()
        .setSelector(fault.selector())
        .setOffset(fault.offset())
        .setLength(fault.length())
        .setSuggestion(fault.suggestion())
        .addAllCandidates(fault.candidates())
        .build();
  }
}
