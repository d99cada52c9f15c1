package dev.arda.daemon.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Counts calls into {@link RpcFigures}. It stands behind the authorisation, so that only methods
 * that exist are counted, and before everything else, so that calls that are refused are.
 */
final class MeasuringInterceptor implements ServerInterceptor {

  private final RpcFigures figures;
  private final LongSupplier nanoTime;

  /**
   * A counter.
   *
   * @param nanoTime a clock without an epoch
   */
  MeasuringInterceptor(RpcFigures figures, LongSupplier nanoTime) {
    this.figures = figures;
    this.nanoTime = nanoTime;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var measured = new Measured(call.getMethodDescriptor().getFullMethodName());
    var watched =
        new SimpleForwardingServerCall<Q, R>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            measured.end(outcome(status, trailers));
            super.close(status, trailers);
          }
        };
    return new SimpleForwardingServerCallListener<Q>(next.startCall(watched, headers)) {
      @Override
      public void onCancel() {
        measured.end(Status.Code.CANCELLED.name());
        super.onCancel();
      }
    };
  }

  /** A call; it ends once, by its close or by the client, whatever comes first. */
  private final class Measured {
    private final String method;
    private final long began = nanoTime.getAsLong();
    private final AtomicBoolean ended = new AtomicBoolean();

    Measured(String method) {
      this.method = method;
      figures.started(method);
    }

    void end(String outcome) {
      if (ended.compareAndSet(false, true)) {
        figures.ended(method, nanoTime.getAsLong() - began, outcome);
      }
    }
  }

  /** The reason of an error, which is one of a fixed list; else its code. */
  static String outcome(Status status, Metadata trailers) {
    if (status.isOk()) {
      return RpcFigures.OK;
    }
    var details = StatusProto.fromStatusAndTrailers(status, trailers);
    if (details != null) {
      for (var detail : details.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          try {
            return detail.unpack(ErrorInfo.class).getReason();
          } catch (InvalidProtocolBufferException e) {
            break; // written by this process, so never; the code says enough
          }
        }
      }
    }
    return status.getCode().name();
  }
}
