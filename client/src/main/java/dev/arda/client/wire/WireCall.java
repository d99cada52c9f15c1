package dev.arda.client.wire;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A call with one request. Messages are handed over as they are asked for; as long as more are
 * asked for than have come, the other side may send.
 *
 * @param <Q> request
 * @param <T> answer
 */
final class WireCall<Q, T> extends ClientCall<Q, T> implements Connection.Receiver {

  private final WireChannel channel;
  private final MethodDescriptor<Q, T> method;
  private final CallOptions options;
  private final MessageQueue messages = new MessageQueue();

  // Guarded by this:
  private @Nullable Listener<T> listener;
  private @Nullable Connection connection;
  private @Nullable Thread timer;
  private int stream;
  private int requested;
  private int held; // bytes that arrived and that the other side may not yet send again
  private boolean answered; // headers have come
  private @Nullable Status end; // has come, but messages before it are still to be taken
  private Metadata trailers = new Metadata();
  private boolean closed;

  private List<Header> headers = List.of();

  WireCall(WireChannel channel, MethodDescriptor<Q, T> method, CallOptions options) {
    this.channel = channel;
    this.method = method;
    this.options = options;
  }

  @Override
  public void start(Listener<T> listener, Metadata metadata) {
    headers = channel.headers(method, options.getDeadline(), metadata);
    synchronized (this) {
      this.listener = listener;
    }
    var deadline = options.getDeadline();
    if (deadline != null) {
      var thread =
          Thread.ofPlatform().daemon().name("arda-deadline").unstarted(() -> expire(deadline));
      synchronized (this) {
        timer = thread;
      }
      thread.start();
    }
  }

  private void expire(Deadline deadline) {
    for (long left = 1; left > 0 && !isClosed(); ) {
      left = deadline.timeRemaining(TimeUnit.NANOSECONDS);
      LockSupport.parkNanos(this, Math.max(0, left));
    }
    close(Status.DEADLINE_EXCEEDED.withDescription("no answer in time"), WireException.CANCEL);
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public void sendMessage(Q message) {
    try {
      var payload = method.streamRequest(message).readAllBytes();
      var framed = ByteBuffer.allocate(5 + payload.length);
      framed.put((byte) 0).putInt(payload.length).put(payload);
      var used = channel.connection();
      int opened = used.open(this, headers);
      boolean late;
      synchronized (this) {
        connection = used;
        stream = opened;
        late = closed;
      }
      if (late) {
        used.cancel(opened, WireException.CANCEL);
      } else {
        used.send(opened, framed.array());
      }
    } catch (StatusException e) {
      close(e.getStatus(), WireException.CANCEL);
    } catch (IOException e) {
      close(
          Status.UNAVAILABLE.withDescription(
              "the connection to the daemon failed: " + e.getMessage()),
          WireException.CANCEL);
    }
  }

  /** The request ends with its only message. */
  @Override
  public void halfClose() {}

  @Override
  public void request(int count) {
    synchronized (this) {
      requested += count;
    }
    deliver();
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    close(Status.CANCELLED.withDescription(message).withCause(cause), WireException.CANCEL);
  }

  @Override
  public void headers(List<Header> received, boolean last) {
    Status fault = null;
    synchronized (this) {
      if (last) {
        end = GrpcStatus.of(received);
        trailers = GrpcStatus.metadata(received);
      } else if (answered) {
        fault = Status.INTERNAL.withDescription("an answer with headers in its middle");
      } else {
        // An interim answer is followed by the one that counts.
        answered = !GrpcStatus.value(received, ":status").orElse("").startsWith("1");
        fault = answered ? GrpcStatus.fault(received).orElse(null) : null;
      }
    }
    if (fault != null) {
      close(fault, WireException.PROTOCOL_ERROR);
    } else {
      deliver();
    }
  }

  @Override
  public void data(ByteBuffer bytes, boolean last) {
    Status fault = null;
    synchronized (this) {
      held += bytes.remaining();
      if (held > Connection.STREAM_WINDOW) {
        fault = Status.INTERNAL.withDescription("the daemon sends more than it may");
      } else if (!answered) {
        fault = Status.INTERNAL.withDescription("an answer without headers");
      } else {
        fault = messages.add(bytes);
      }
      if (last) {
        end = Status.INTERNAL.withDescription("an answer that ends without a status");
      }
    }
    if (fault != null) {
      close(fault, WireException.PROTOCOL_ERROR);
    } else {
      deliver();
    }
  }

  @Override
  public void broken(Status status) {
    close(status, 0);
  }

  /** Hands over what was asked for, then the end if it has come, else lets more arrive. */
  private void deliver() {
    int allowed;
    Connection used;
    int number;
    synchronized (this) {
      var to = listener;
      if (closed || to == null) {
        return;
      }
      try {
        while (requested > 0 && messages.hasNext()) {
          requested--;
          to.onMessage(method.parseResponse(messages.next()));
        }
      } catch (StatusRuntimeException e) {
        end(e.getStatus());
        return;
      }
      var status = end;
      if (status != null && !messages.hasNext()) {
        end(
            status.isOk() && messages.isInMessage()
                ? Status.INTERNAL.withDescription("an answer that ends within a message")
                : status);
        return;
      }
      // A message that is wanted may be larger than the window, so its parts are let in at once.
      used = connection;
      number = stream;
      if (used == null || requested == 0 || held < Connection.STREAM_WINDOW / 2) {
        return;
      }
      allowed = held;
      held = 0;
    }
    used.allow(number, allowed);
  }

  /** Ends the call at once, whatever has not been handed over. */
  private void close(Status status, int code) {
    Connection used;
    int number;
    synchronized (this) {
      if (closed) {
        return;
      }
      end(status);
      used = connection;
      number = stream;
    }
    if (used != null && code != 0) {
      used.cancel(number, code);
    }
  }

  /** With the lock held. */
  private void end(Status status) {
    closed = true;
    var used = connection;
    if (used != null) {
      used.forget(stream);
    }
    LockSupport.unpark(timer);
    var to = listener;
    if (to != null) {
      to.onClose(status, trailers);
    }
  }
}
