package dev.arda.daemon.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.regex.Pattern;

/**
 * Refuses calls whose metadata {@code arda-protocol} names a version outside the range of this
 * daemon. Clients of arda always send it; a call without it, from grpcurl for example, is accepted
 * as speaking {@code arda.v1}.
 */
final class ProtocolInterceptor implements ServerInterceptor {

  /** The version of the protocol, a decimal number. */
  static final Metadata.Key<String> PROTOCOL =
      Metadata.Key.of("arda-protocol", Metadata.ASCII_STRING_MARSHALLER);

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
  private static final int SHOWN_CHARACTERS = 20;

  private final ProtocolRange range;
  private final ErrorMapper errors;

  ProtocolInterceptor(ProtocolRange range, ErrorMapper errors) {
    this.range = range;
    this.errors = errors;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var spoken = headers.get(PROTOCOL);
    if (spoken == null
        || (NUMBER.matcher(spoken).matches() && range.contains(Integer.parseInt(spoken)))) {
      return next.startCall(call, headers);
    }
    var shown = spoken.substring(0, Math.min(SHOWN_CHARACTERS, spoken.length()));
    return Refusal.close(call, errors.exception(DaemonFault.protocolUnsupported(shown, range)));
  }
}
