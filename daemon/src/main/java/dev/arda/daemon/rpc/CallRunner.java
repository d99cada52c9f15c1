package dev.arda.daemon.rpc;

import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Does the work of each call on a virtual thread of its own, called the worker, and ends the call
 * with its outcome. The service method returns at once: gRPC delivers the events of a call one
 * after another, so a method that blocked would keep its own cancellation from arriving.
 *
 * <p>When the client cancels, disappears or sets a deadline that passes, or when the daemon cuts
 * the call off, the worker is interrupted. The call stays in the {@link CallRegistry} until the
 * worker has returned.
 */
final class CallRunner {

  private final ErrorMapper errors;
  private final ScheduledExecutorService timer;
  private final AtomicLong serial = new AtomicLong();

  /**
   * A runner.
   *
   * @param timer runs short tasks that do not block
   */
  CallRunner(ErrorMapper errors, ScheduledExecutorService timer) {
    this.errors = errors;
    this.timer = timer;
  }

  /** Answers with one response. */
  <T> void unary(StreamObserver<T> responses, Supplier<T> work) {
    unary(responses, work, () -> {});
  }

  /**
   * Answers with one response.
   *
   * @param afterwards is done when the response is on its way; not if the work fails
   */
  <T> void unary(StreamObserver<T> responses, Supplier<T> work, Runnable afterwards) {
    run(responses, stream -> stream.write(work.get()), afterwards);
  }

  /** Answers with as many responses as the work writes. */
  <T> void stream(StreamObserver<T> responses, Consumer<ResponseStream<T>> work) {
    run(responses, work, () -> {});
  }

  private <T> void run(
      StreamObserver<T> responses, Consumer<ResponseStream<T>> work, Runnable afterwards) {
    var observer = (ServerCallStreamObserver<T>) responses;
    var stream = new ResponseStream<>(observer, timer);
    observer.setOnReadyHandler(stream::stateChanged);
    observer.setOnCancelHandler(stream::stateChanged);
    var context = Context.current();
    var call = OpenCall.KEY.get(context);
    var worker =
        Thread.ofVirtual()
            .name("arda-work-" + serial.incrementAndGet())
            .unstarted(
                context.wrap(() -> {
                  try {
                    perform(stream, work, afterwards);
                  } finally {
                    call.returned();
                  }
                }));
    call.started(worker, () -> stream.fail(errors.exception(DaemonFault.draining())));
    worker.start();
    // Not by the handler above: that one waits behind other events of the call, this one does not.
    context.addListener(cancelled -> worker.interrupt(), Runnable::run);
  }

  private <T> void perform(
      ResponseStream<T> stream, Consumer<ResponseStream<T>> work, Runnable afterwards) {
    try {
      work.accept(stream);
    } catch (LinkageError broken) {
      throw broken; // the installation is gone; the thread's handler ends the process
    } catch (Throwable failure) { // whatever it was, the client must be told and the call closed
      if (stream.isOpen()) {
        stream.fail(errors.exception(failure));
      }
      return;
    }
    stream.complete();
    afterwards.run();
  }
}
