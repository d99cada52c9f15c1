package dev.arda.client.wire;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The other side of a connection, played frame by frame. Each connection follows one script. */
final class Peer implements AutoCloseable {

  /** What the other side does on one connection. */
  interface Script {
    void play(Peer peer) throws Exception;
  }

  private final ServerSocketChannel server;
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private SocketChannel channel;
  private FrameReader reader;

  @SuppressWarnings("NullAway.Init") // the connection is made by the thread that plays
  private Peer(ServerSocketChannel server) {
    this.server = server;
  }

  /** Listens, and plays one script for each connection. */
  static Peer start(Path socket, Script... scripts) throws IOException {
    var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    var peer = new Peer(server);
    Thread.ofPlatform().daemon().start(() -> peer.playAll(scripts));
    return peer;
  }

  private void playAll(Script... scripts) {
    try {
      for (var script : scripts) {
        channel = server.accept();
        reader = new FrameReader(channel);
        var preface = ByteBuffer.allocate(24);
        while (preface.hasRemaining()) {
          channel.read(preface);
        }
        try (var _ = channel) {
          script.play(this);
        }
      }
      end.complete(null);
    } catch (Exception | AssertionError e) {
      end.completeExceptionally(e);
    }
  }

  /** The next frame, whatever it is. */
  Frame read() throws IOException {
    return reader.next();
  }

  /** The next frame of a type; others are passed over. */
  Frame read(int type) throws IOException {
    while (true) {
      var frame = reader.next();
      if (frame.type() == type) {
        return frame;
      }
    }
  }

  /** Reads a whole request and answers with settings; the number of its stream. */
  int request() throws IOException {
    send(Frame.of(Frame.SETTINGS, 0, 0));
    while (true) {
      var frame = read(Frame.DATA);
      if (frame.is(Frame.END_STREAM)) {
        return frame.stream();
      }
    }
  }

  void send(Frame frame) throws IOException {
    raw(frame.bytes());
  }

  void raw(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  void headers(int stream) throws IOException {
    var block = block(":status", "200", "content-type", "application/grpc");
    send(Frame.of(Frame.HEADERS, Frame.END_HEADERS, stream, block));
  }

  void trailers(int stream, String... headers) throws IOException {
    int flags = Frame.END_HEADERS | Frame.END_STREAM;
    send(Frame.of(Frame.HEADERS, flags, stream, block(headers)));
  }

  /** What a frame holds. */
  static byte[] bytes(Frame frame) {
    var bytes = new byte[frame.payload().remaining()];
    frame.payload().duplicate().get(bytes);
    return bytes;
  }

  /** A message as gRPC frames it. */
  static byte[] message(byte[] payload) {
    return ByteBuffer.allocate(5 + payload.length)
        .put((byte) 0)
        .putInt(payload.length)
        .put(payload)
        .array();
  }

  void data(int stream, byte[] bytes) throws IOException {
    for (int at = 0; at < bytes.length; at += Frame.LARGEST) {
      int length = Math.min(Frame.LARGEST, bytes.length - at);
      send(new Frame(Frame.DATA, 0, stream, ByteBuffer.wrap(bytes, at, length).slice()));
    }
  }

  /** Headers as Netty writes them, every string in Huffman's code. */
  static byte[] block(String... namesAndValues) {
    var headers = new DefaultHttp2Headers(false);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    var encoder = new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE, true, 16, 0);
    var out = Unpooled.buffer();
    try {
      encoder.maxHeaderTableSize(0);
      encoder.encodeHeaders(1, headers, out);
    } catch (Http2Exception e) {
      throw new AssertionError(e);
    }
    return ByteBufUtil.getBytes(out);
  }

  /** Waits until all scripts were played, and fails as they did. */
  void awaitEnd() throws Exception {
    end.get(60, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    server.close();
    if (channel != null) {
      channel.close();
    }
  }
}
