package dev.arda.daemon.rpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Enters calls into the {@link CallRegistry}, and takes them out when they are closed. */
final class AdmissionInterceptor implements ServerInterceptor {

  private final CallRegistry registry;
  private final ErrorMapper errors;

  AdmissionInterceptor(CallRegistry registry, ErrorMapper errors) {
    this.registry = registry;
    this.errors = errors;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    OpenCall open;
    try {
      var method = call.getMethodDescriptor().getFullMethodName();
      open = registry.open(MethodPolicies.of(method).orElseThrow().work());
    } catch (DaemonFault refused) {
      return Refusal.close(call, errors.exception(refused));
    }
    boolean started = false;
    try {
      var context = Context.current().withValue(OpenCall.KEY, open);
      var listener = new Closing<Q>(Contexts.interceptCall(context, call, headers, next), open);
      started = true;
      return listener;
    } finally {
      if (!started) {
        open.closed();
      }
    }
  }

  /** gRPC calls exactly one of the two methods, once. */
  private static final class Closing<Q> extends SimpleForwardingServerCallListener<Q> {
    private final OpenCall open;

    Closing(ServerCall.Listener<Q> delegate, OpenCall open) {
      super(delegate);
      this.open = open;
    }

    @Override
    public void onCancel() {
      try {
        super.onCancel();
      } finally {
        open.closed();
      }
    }

    @Override
    public void onComplete() {
      try {
        super.onComplete();
      } finally {
        open.closed();
      }
    }
  }
}
