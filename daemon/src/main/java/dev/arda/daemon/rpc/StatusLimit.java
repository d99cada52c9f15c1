package dev.arda.daemon.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.arda.v1.NixError;
import dev.arda.v1.SelectorError;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;

/**
 * Shortens errors to what their carrier takes. An error that ends a call travels in HTTP/2
 * trailers, of which gRPC clients accept 8 KiB by default and otherwise drop the whole call; a long
 * Nix trace is far more than that. The least useful details go first, the {@code ErrorInfo} never.
 *
 * @param maxBytes the most the error may weigh
 * @param weight what it weighs
 */
record StatusLimit(int maxBytes, ToIntFunction<Status> weight) {

  /** Errors that end calls: leaves 1 KiB of the 8 KiB for the other trailers. */
  static final StatusLimit TRAILERS = new StatusLimit(7 * 1024, StatusLimit::trailerBytes);

  private static final List<UnaryOperator<Status>> STEPS =
      List.of(
          edit(NixError.class, e -> e.toBuilder().setLogTail(end(e.getLogTail(), 2000)).build()),
          edit(NixError.class, e -> e.toBuilder().clearLogTail().build()),
          edit(NixError.class, e -> innermost(e, 10)),
          edit(NixError.class, e -> innermost(e, 0)),
          edit(NixError.class, e -> e.toBuilder().setMessage(start(e.getMessage(), 500)).build()),
          edit(SelectorError.class, e -> e.toBuilder().clearSelector().build()),
          edit(BadRequest.class, StatusLimit::firstViolations),
          edit(ErrorInfo.class, StatusLimit::shortMetadata),
          s -> s.toBuilder().setMessage(start(s.getMessage(), 500)).build(),
          StatusLimit::bare);

  /** Errors inside messages. */
  static StatusLimit message(int maxBytes) {
    return new StatusLimit(maxBytes, Status::getSerializedSize);
  }

  /** The error, shortened as little as needed. */
  Status fit(Status status) {
    var result = status;
    for (var step : STEPS) {
      if (weight.applyAsInt(result) <= maxBytes) {
        return result;
      }
      result = step.apply(result);
    }
    return result;
  }

  /** The message is sent percent-encoded, then once more inside the details, which are base64. */
  private static int trailerBytes(Status status) {
    var percentEncoded =
        status.getMessageBytes().toByteArray().length
            + 2
                * (int)
                    status.getMessage().chars().filter(c -> c < ' ' || c > '~' || c == '%').count()
                * 3;
    return percentEncoded + (status.getSerializedSize() + 2) / 3 * 4;
  }

  private static NixError innermost(NixError error, int frames) {
    var trace = error.getTraceList();
    return error.toBuilder()
        .clearTrace()
        .addAllTrace(trace.subList(Math.max(0, trace.size() - frames), trace.size()))
        .build();
  }

  private static BadRequest firstViolations(BadRequest request) {
    var all = request.getFieldViolationsList();
    return BadRequest.newBuilder()
        .addAllFieldViolations(all.subList(0, Math.min(10, all.size())))
        .build();
  }

  private static ErrorInfo shortMetadata(ErrorInfo info) {
    var result = info.toBuilder().clearMetadata();
    info.getMetadataMap().entrySet().stream()
        .limit(10)
        .forEach(e -> result.putMetadata(e.getKey(), start(e.getValue(), 200)));
    return result.build();
  }

  private static Status bare(Status status) {
    var result = status.toBuilder().clearDetails().setMessage(start(status.getMessage(), 200));
    for (var detail : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        result.addDetails(
            Any.pack(unpack(detail, ErrorInfo.class).toBuilder().clearMetadata().build()));
      }
    }
    return result.build();
  }

  private static <T extends Message> UnaryOperator<Status> edit(
      Class<T> type, UnaryOperator<T> change) {
    return status -> {
      var result = status.toBuilder();
      for (int i = 0; i < status.getDetailsCount(); i++) {
        if (status.getDetails(i).is(type)) {
          result.setDetails(i, Any.pack(change.apply(unpack(status.getDetails(i), type))));
        }
      }
      return result.build();
    };
  }

  private static <T extends Message> T unpack(Any detail, Class<T> type) {
    try {
      return detail.unpack(type);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a detail that this process packed is unreadable", e);
    }
  }

  private static String start(String text, int chars) {
    return text.length() <= chars ? text : text.substring(0, whole(text, chars)) + "…";
  }

  private static String end(String text, int chars) {
    return text.length() <= chars ? text : "…" + text.substring(whole(text, text.length() - chars));
  }

  /** The index, moved back if it would cut a surrogate pair. */
  private static int whole(String text, int index) {
    return Character.isLowSurrogate(text.charAt(index)) ? index - 1 : index;
  }
}
