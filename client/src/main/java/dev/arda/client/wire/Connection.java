package dev.arda.client.wire;

import io.grpc.Status;
import io.grpc.StatusException;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection, from its making to its end. Streams are opened by {@link #open} from any
 * thread; what arrives for them is handed over by the thread that reads.
 */
final class Connection {

  /** What arrives for one stream; called by the reading thread. */
  interface Receiver {
    /** Headers; the second ones, or those with {@code end}, are trailers. */
    void headers(List<Header> headers, boolean end) throws WireException;

    /** Part of the messages. */
    void data(ByteBuffer bytes, boolean end) throws WireException;

    /** Nothing more comes. */
    void broken(Status status);
  }

  /** How much of one stream's messages may arrive before anybody asked for them. */
  static final int STREAM_WINDOW = 1024 * 1024;

  private static final int CONNECTION_WINDOW = 4 * 1024 * 1024;

  /** The windows of both sides until something else is said. */
  private static final int FIRST_WINDOW = 65_535;

  private static final int MOST_HEADER_BYTES = 256 * 1024;

  /** How long a farewell may wait for somebody who is writing. */
  private static final long PATIENCE_MILLIS = 100;

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final SocketChannel channel;
  private final Thread reader;
  private final Hpack hpack = new Hpack();
  private final ReentrantLock writing = new ReentrantLock();
  private int nextStream = 1; // while writing
  private int unconfirmed; // while reading: bytes of all streams that may not be sent again yet

  // Guarded by this:
  private final Map<Integer, Receiver> streams = new HashMap<>();
  private final Map<Integer, Integer> windows = new HashMap<>(); // what may be sent on each stream
  private int window = FIRST_WINDOW; // and on all together
  private int firstWindow = FIRST_WINDOW;
  private boolean leaving;
  private @Nullable Status end;

  private Connection(SocketChannel channel) {
    this.channel = channel;
    this.reader = Thread.ofPlatform().daemon().name("arda-wire").unstarted(this::read);
  }

  /**
   * Connects.
   *
   * @throws IOException if nobody listens
   */
  static Connection open(Path socket) throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      var connection = new Connection(channel);
      connection.greet();
      connection.reader.start();
      return connection;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private void greet() {
    var settings =
        ByteBuffer.allocate(18)
            .put(setting(1, 0)) // no table of headers
            .put(setting(2, 0)) // no stream that we did not ask for
            .put(setting(4, STREAM_WINDOW));
    send(
        ByteBuffer.allocate(128)
            .put(PREFACE)
            .put(Frame.of(Frame.SETTINGS, 0, 0, settings.array()).bytes())
            .put(Frame.number(Frame.WINDOW_UPDATE, 0, CONNECTION_WINDOW - FIRST_WINDOW).bytes())
            .flip());
  }

  private static byte[] setting(int name, int value) {
    return ByteBuffer.allocate(6).putShort((short) name).putInt(value).array();
  }

  /** Whether calls can begin on it. */
  synchronized boolean isUsable() {
    return end == null && !leaving;
  }

  /**
   * Begins a stream.
   *
   * @return its number
   * @throws StatusException if the connection is at its end: why it ended
   */
  int open(Receiver receiver, List<Header> headers) throws StatusException {
    writing.lock();
    try {
      int stream = nextStream;
      nextStream += 2;
      synchronized (this) {
        if (end != null) {
          throw end.asException();
        }
        if (leaving) {
          throw Status.UNAVAILABLE.withDescription("the daemon is ending").asException();
        }
        streams.put(stream, receiver);
        windows.put(stream, firstWindow);
      }
      send(Frame.of(Frame.HEADERS, Frame.END_HEADERS, stream, Hpack.encode(headers)));
      return stream;
    } finally {
      writing.unlock();
    }
  }

  /**
   * Sends all there is to be sent on a stream, as fast as the other side takes it. Stops early if
   * the stream ends.
   */
  void send(int stream, byte[] bytes) throws IOException {
    int sent = 0;
    do {
      int length = awaitWindow(stream, Math.min(bytes.length - sent, Frame.LARGEST));
      if (length < 0) {
        return;
      }
      var part = ByteBuffer.wrap(bytes, sent, length);
      sent += length;
      int flags = sent == bytes.length ? Frame.END_STREAM : 0;
      send(new Frame(Frame.DATA, flags, stream, part));
    } while (sent < bytes.length);
  }

  /** Waits until something may be sent; says how much, or a negative number if nothing ever may. */
  private synchronized int awaitWindow(int stream, int wanted) throws IOException {
    while (true) {
      var own = windows.get(stream);
      if (own == null) {
        return -1;
      }
      int length = Math.min(wanted, Math.min(own, window));
      if (length > 0 || wanted == 0) {
        windows.put(stream, own - length);
        window -= length;
        return length;
      }
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  /** Lets more arrive on a stream, or with zero on all. */
  void allow(int stream, int bytes) {
    send(Frame.number(Frame.WINDOW_UPDATE, stream, bytes));
  }

  /** Forgets a stream. */
  synchronized void forget(int stream) {
    streams.remove(stream);
    windows.remove(stream);
    notifyAll();
  }

  /** Forgets a stream, and tells the other side that nobody is interested any more. */
  void cancel(int stream, int code) {
    forget(stream);
    farewell(Frame.number(Frame.RST_STREAM, stream, code));
  }

  /** Ends the connection and all that is under way on it; returns when nobody reads any more. */
  void close(Status status) {
    finish(status);
    if (Thread.currentThread() != reader) {
      try {
        reader.join(TimeUnit.SECONDS.toMillis(1));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Sends a frame. If it cannot be sent, the other side may still have said why before it hung up,
   * so the end is left to the reading thread to find.
   */
  private void send(Frame frame) {
    send(frame.bytes());
  }

  private void send(ByteBuffer bytes) {
    writing.lock();
    try {
      write(bytes);
    } catch (IOException e) {
      // See above.
    } finally {
      writing.unlock();
    }
  }

  /** Sends a frame unless somebody is stuck in writing another one; then the connection is lost. */
  private void farewell(Frame frame) {
    try {
      if (writing.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        try {
          send(frame);
        } finally {
          writing.unlock();
        }
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    finish(Status.UNAVAILABLE.withDescription("the daemon does not read what it is sent"));
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private void read() {
    try {
      var frames = new FrameReader(channel);
      while (true) {
        receive(frames.next(), frames);
      }
    } catch (WireException e) {
      var told = ByteBuffer.allocate(8).putInt(0).putInt(e.code()).array();
      farewell(Frame.of(Frame.GOAWAY, 0, 0, told));
      finish(Status.INTERNAL.withDescription(e.getMessage()));
    } catch (EOFException e) {
      finish(Status.UNAVAILABLE.withDescription("the daemon closed the connection"));
    } catch (IOException e) {
      finish(Status.UNAVAILABLE.withDescription("the connection was lost: " + e.getMessage()));
    } catch (RuntimeException e) {
      finish(Status.INTERNAL.withDescription("reading from the daemon failed").withCause(e));
    }
  }

  private void receive(Frame frame, FrameReader frames) throws IOException {
    switch (frame.type()) {
      case Frame.DATA -> {
        unconfirmed += frame.payload().remaining();
        if (unconfirmed > CONNECTION_WINDOW / 2) {
          allow(0, unconfirmed);
          unconfirmed = 0;
        }
        var receiver = receiver(frame);
        if (receiver != null) {
          receiver.data(frame.content(), frame.is(Frame.END_STREAM));
        }
      }
      case Frame.HEADERS -> {
        var headers = hpack.decode(frames.block(frame, MOST_HEADER_BYTES));
        var receiver = receiver(frame);
        if (receiver != null) {
          receiver.headers(headers, frame.is(Frame.END_STREAM));
        }
      }
      case Frame.RST_STREAM -> {
        var receiver = receiver(frame);
        if (receiver != null) {
          forget(frame.stream());
          receiver.broken(GrpcStatus.ofReset(frame.number()));
        }
      }
      case Frame.SETTINGS -> {
        if (!frame.is(Frame.ACK)) {
          settings(frame.payload());
          send(Frame.of(Frame.SETTINGS, Frame.ACK, 0));
        }
      }
      case Frame.PING -> {
        if (!frame.is(Frame.ACK)) {
          send(new Frame(Frame.PING, Frame.ACK, 0, frame.payload()));
        }
      }
      case Frame.GOAWAY -> leave(frame.number());
      case Frame.WINDOW_UPDATE -> widen(frame.stream(), frame.number());
      case Frame.PUSH_PROMISE, Frame.CONTINUATION ->
          throw new WireException(WireException.PROTOCOL_ERROR, "a frame that nobody asked for");
      default -> {} // what is not known is to be ignored
    }
  }

  private synchronized @Nullable Receiver receiver(Frame frame) {
    return streams.get(frame.stream());
  }

  private synchronized void settings(ByteBuffer settings) throws WireException {
    while (settings.hasRemaining()) {
      int name = settings.getShort();
      int value = settings.getInt();
      if (name == 4) {
        if (value < 0) {
          throw new WireException(WireException.FLOW_CONTROL_ERROR, "a window of 2 GiB");
        }
        int more = value - firstWindow;
        firstWindow = value;
        windows.replaceAll((stream, left) -> left + more);
        notifyAll();
      }
    }
  }

  private synchronized void widen(int stream, int more) throws WireException {
    var left = stream == 0 ? Integer.valueOf(window) : windows.get(stream);
    if (left == null) {
      return;
    }
    if (more == 0 || left + (long) more > Integer.MAX_VALUE) {
      throw new WireException(WireException.FLOW_CONTROL_ERROR, "a window that cannot be");
    }
    if (stream == 0) {
      window += more;
    } else {
      windows.put(stream, left + more);
    }
    notifyAll();
  }

  /** No call can begin any more; those after the last one that is served are not. */
  private void leave(int last) {
    var unserved = new ArrayList<Receiver>();
    synchronized (this) {
      leaving = true;
      streams.forEach((stream, receiver) -> {
        if (stream > last) {
          unserved.add(receiver);
        }
      });
      streams.values().removeAll(unserved);
      windows.keySet().removeIf(stream -> stream > last);
      notifyAll();
    }
    for (var receiver : unserved) {
      receiver.broken(Status.UNAVAILABLE.withDescription("the daemon is ending"));
    }
  }

  private void finish(Status status) {
    List<Receiver> left;
    synchronized (this) {
      if (end == null) {
        end = status;
      }
      left = List.copyOf(streams.values());
      streams.clear();
      windows.clear();
      notifyAll();
    }
    try {
      channel.close();
    } catch (IOException e) {
      // Closed is closed.
    }
    for (var receiver : left) {
      receiver.broken(status);
    }
  }
}
