package dev.arda.client;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

/** Begins calls with one request. */
final class Calls {

  private Calls() {}

  static <Q, T> EventStream.Opener<T> opener(
      Transport transport, MethodDescriptor<Q, T> method, CallOptions options, Q request) {
    return listener -> {
      var call = transport.calls().newCall(method, options);
      call.start(listener, new Metadata());
      call.sendMessage(request);
      call.halfClose();
      return call;
    };
  }
}
