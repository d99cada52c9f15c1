package dev.arda.client.wire;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls over a Unix socket. The connection is made by the first call, and again by the next one
 * after it was lost. Serves calls with one request; answers may be many.
 *
 * <p>Thread-safe. {@code start} returns at once; {@code sendMessage} connects if need be and blocks
 * while the other side does not take the request.
 */
public final class WireChannel extends Channel implements AutoCloseable {

  private static final String AUTHORITY = "localhost";

  private final Path socket;
  private final Map<String, String> constant;
  private @Nullable Connection connection;
  private boolean closed;

  /**
   * A channel.
   *
   * @param socket where somebody listens
   * @param constant headers of every call: names in small letters and values, in ASCII
   */
  public WireChannel(Path socket, Map<String, String> constant) {
    this.socket = socket;
    this.constant = Map.copyOf(constant);
  }

  @Override
  public <Q, T> ClientCall<Q, T> newCall(MethodDescriptor<Q, T> method, CallOptions options) {
    return new WireCall<>(this, method, options);
  }

  @Override
  public String authority() {
    return AUTHORITY;
  }

  synchronized Connection connection() throws IOException {
    if (closed) {
      throw new IOException("the channel is closed");
    }
    var current = connection;
    if (current == null || !current.isUsable()) {
      current = Connection.open(socket);
      connection = current;
    }
    return current;
  }

  List<Header> headers(
      MethodDescriptor<?, ?> method, @Nullable Deadline deadline, Metadata metadata) {
    if (!metadata.keys().isEmpty()) {
      throw new IllegalArgumentException("headers of single calls are not served");
    }
    var headers = new ArrayList<Header>();
    headers.add(new Header(":method", "POST"));
    headers.add(new Header(":scheme", "http"));
    headers.add(new Header(":path", "/" + method.getFullMethodName()));
    headers.add(new Header(":authority", AUTHORITY));
    headers.add(new Header("content-type", "application/grpc"));
    headers.add(new Header("te", "trailers"));
    constant.forEach((name, value) -> headers.add(new Header(name, value)));
    if (deadline != null) {
      headers.add(new Header("grpc-timeout", timeout(deadline)));
    }
    return headers;
  }

  /** At most eight digits and a unit. */
  private static String timeout(Deadline deadline) {
    long micros = Math.max(1, deadline.timeRemaining(TimeUnit.MICROSECONDS));
    if (micros < 100_000_000) {
      return micros + "u";
    }
    long millis = TimeUnit.MICROSECONDS.toMillis(micros);
    return millis < 100_000_000 ? millis + "m" : Math.min(millis / 1000, 99_999_999) + "S";
  }

  /** Cancels what is under way and closes the connection. Afterwards no thread is left. */
  @Override
  public void close() {
    Connection current;
    synchronized (this) {
      closed = true;
      current = connection;
    }
    if (current != null) {
      current.close(Status.CANCELLED.withDescription("the connection was closed"));
    }
  }
}
