package dev.arda.daemon.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.StatusRuntimeException;
import java.util.Optional;

/** Ends calls before they reach a service. */
final class Refusal {

  private Refusal() {}

  /** Closes the call; the listener that is returned ignores what the client still sends. */
  static <Q, R> ServerCall.Listener<Q> close(ServerCall<Q, R> call, StatusRuntimeException why) {
    call.close(why.getStatus(), Optional.ofNullable(why.getTrailers()).orElseGet(Metadata::new));
    return new ServerCall.Listener<>() {};
  }
}
