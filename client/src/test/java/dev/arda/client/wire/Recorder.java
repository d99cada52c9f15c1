package dev.arda.client.wire;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Takes what comes of a call. */
final class Recorder<T> extends ClientCall.Listener<T> {

  final LinkedBlockingQueue<T> messages = new LinkedBlockingQueue<>();
  private final CompletableFuture<Status> status = new CompletableFuture<>();
  volatile Metadata trailers = new Metadata();

  @Override
  public void onMessage(T message) {
    messages.add(message);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    this.trailers = trailers;
    if (!this.status.complete(status)) {
      throw new AssertionError("closed twice, by " + this.status.join() + " and " + status);
    }
  }

  boolean isClosed() {
    return status.isDone();
  }

  Status awaitEnd() throws Exception {
    return status.get(60, TimeUnit.SECONDS);
  }
}
