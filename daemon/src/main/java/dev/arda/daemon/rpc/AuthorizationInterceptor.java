package dev.arda.daemon.rpc;

import dev.arda.daemon.rpc.MethodPolicies.Capability;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Set;

/**
 * The one place that decides whether a call may be made. Who the caller is was settled when the
 * connection was accepted ({@link PeerCheck}); this asks whether the method is in {@link
 * MethodPolicies} and its capability is granted on this socket.
 */
final class AuthorizationInterceptor implements ServerInterceptor {

  private final Set<Capability> granted;
  private final ErrorMapper errors;

  AuthorizationInterceptor(Set<Capability> granted, ErrorMapper errors) {
    this.granted = Set.copyOf(granted);
    this.errors = errors;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var method = call.getMethodDescriptor().getFullMethodName();
    var allowed =
        MethodPolicies.of(method).filter(p -> granted.contains(p.capability())).isPresent();
    return allowed
        ? next.startCall(call, headers)
        : Refusal.close(call, errors.exception(DaemonFault.permissionDenied(method)));
  }
}
