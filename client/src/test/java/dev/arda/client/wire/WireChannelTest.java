package dev.arda.client.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.arda.v1.SelectRequest;
import dev.arda.v1.SelectResponse;
import dev.arda.v1.SelectionServiceGrpc;
import dev.arda.v1.ValueChunk;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a well-behaved other side may do. */
final class WireChannelTest {

  @TempDir private Path directory;
  private WireChannel channel;
  private Path socket;

  @BeforeEach
  void open() {
    socket = directory.resolve("s");
    channel = new WireChannel(socket, Map.of("arda-protocol", "1"));
  }

  @AfterEach
  void close() {
    channel.close();
  }

  @Test
  void request_isWhatGrpcSends() throws Exception {
    try (var peer =
        Peer.start(
            socket,
            p -> {
              var headers = new Hpack().decode(p.read(Frame.HEADERS).payload());
              assertThat(headers)
                  .contains(
                      new Header(":method", "POST"),
                      new Header(":path", "/arda.v1.SelectionService/Select"),
                      new Header("content-type", "application/grpc"),
                      new Header("te", "trailers"),
                      new Header("arda-protocol", "1"))
                  .anyMatch(h -> h.name().equals("grpc-timeout") && h.value().endsWith("u"));
              var data = p.read(Frame.DATA);
              assertThat(data.is(Frame.END_STREAM)).isTrue();
              assertThat(Peer.bytes(data)).isEqualTo(Peer.message(request("x").toByteArray()));
              p.headers(1);
              p.trailers(1, "grpc-status", "0");
            })) {
      var options = CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS);

      assertThat(ask(request("x"), options).awaitEnd().isOk()).isTrue();
      peer.awaitEnd();
    }
  }

  @Test
  void answer_inManyPiecesWithPaddingAndUnknownFrames_isPutTogether() throws Exception {
    var bytes = Peer.message(chunk("héllo".repeat(100)).toByteArray());
    try (var _ =
        Peer.start(
            socket,
            p -> {
              int stream = p.request();
              p.headers(stream);
              p.send(Frame.of(0x42, 0xff, stream, (byte) 1));
              p.send(Frame.of(2, 0, stream, new byte[5])); // a priority
              for (byte b : bytes) {
                p.send(
                    Frame.of(
                        Frame.DATA,
                        Frame.PADDED,
                        stream,
                        (byte) 3,
                        b,
                        (byte) 0,
                        (byte) 0,
                        (byte) 0));
              }
              p.send(Frame.of(Frame.DATA, 0, stream));
              p.trailers(stream, "grpc-status", "0");
            })) {
      var recorder = ask(request("x"), CallOptions.DEFAULT);

      assertThat(recorder.awaitEnd()).isEqualTo(Status.OK);
      assertThat(recorder.messages).containsExactly(chunk("héllo".repeat(100)));
    }
  }

  @Test
  void error_withoutAnAnswer_hasItsMessageAndDetails() throws Exception {
    var details = Base64.getEncoder().withoutPadding().encodeToString(new byte[] {1, 2, -1, 0});
    try (var _ =
        Peer.start(
            socket,
            p ->
                p.trailers(
                    p.request(),
                    ":status",
                    "200",
                    "content-type",
                    "application/grpc",
                    "grpc-status",
                    "5",
                    "grpc-message",
                    "no %C3%A4 50%25 %zz",
                    "grpc-status-details-bin",
                    details))) {
      var recorder = ask(request("x"), CallOptions.DEFAULT);

      var status = recorder.awaitEnd();
      assertThat(status.getCode()).isEqualTo(Status.Code.NOT_FOUND);
      assertThat(status.getDescription()).isEqualTo("no ä 50% %zz");
      var key = Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
      assertThat(recorder.trailers.get(key)).containsExactly(1, 2, -1, 0);
    }
  }

  @Test
  void headers_thatGoOnInOtherFrames_arePutTogether() throws Exception {
    var text = "x".repeat(50_000);
    try (var _ =
        Peer.start(
            socket,
            p -> {
              int stream = p.request();
              p.headers(stream);
              var block = ByteBuffer.wrap(Peer.block("grpc-status", "9", "grpc-message", text));
              int type = Frame.HEADERS;
              while (block.hasRemaining()) {
                var part = new byte[Math.min(7_000, block.remaining())];
                block.get(part);
                int flags =
                    (type == Frame.HEADERS ? Frame.END_STREAM : 0)
                        | (block.hasRemaining() ? 0 : Frame.END_HEADERS);
                p.send(Frame.of(type, flags, stream, part));
                type = Frame.CONTINUATION;
              }
            })) {
      var status = ask(request("x"), CallOptions.DEFAULT).awaitEnd();

      assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
      assertThat(status.getDescription()).isEqualTo(text);
    }
  }

  @Test
  void pingAndSettings_areAnsweredWhileACallWaits() throws Exception {
    try (var peer =
        Peer.start(
            socket,
            p -> {
              int stream = p.request();
              p.send(Frame.of(Frame.PING, 0, 0, "12345678".getBytes(UTF_8)));
              var pong = p.read(Frame.PING);
              assertThat(pong.is(Frame.ACK)).isTrue();
              assertThat(Peer.bytes(pong)).isEqualTo("12345678".getBytes(UTF_8));
              p.trailers(stream, ":status", "200", "grpc-status", "0");
            })) {
      assertThat(ask(request("x"), CallOptions.DEFAULT).awaitEnd().isOk()).isTrue();
      peer.awaitEnd();
    }
  }

  @Test
  void goAway_endsWhatIsNotServed_letsTheRestGoOn_andTheNextCallConnectsAgain() throws Exception {
    try (var peer =
        Peer.start(
            socket,
            p -> {
              int first = p.request();
              int second = p.request();
              p.send(Frame.of(Frame.GOAWAY, 0, 0, ByteBuffer.allocate(8).putInt(first).array()));
              assertThat(second).isGreaterThan(first);
              p.headers(first);
              p.data(first, Peer.message(chunk("served").toByteArray()));
              p.trailers(first, "grpc-status", "0");
            },
            p -> p.trailers(p.request(), ":status", "200", "grpc-status", "0"))) {
      var first = ask(request("a"), CallOptions.DEFAULT);
      var second = ask(request("b"), CallOptions.DEFAULT);

      assertThat(second.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(first.awaitEnd().isOk()).isTrue();
      assertThat(first.messages).containsExactly(chunk("served"));
      assertThat(ask(request("c"), CallOptions.DEFAULT).awaitEnd().isOk()).isTrue();
      peer.awaitEnd();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "7, UNAVAILABLE",
    "8, CANCELLED",
    "11, RESOURCE_EXHAUSTED",
    "2, INTERNAL",
    "99, INTERNAL"
  })
  void reset_becomesAStatus(int code, Status.Code expected) throws Exception {
    try (var _ =
        Peer.start(socket, p -> p.send(Frame.number(Frame.RST_STREAM, p.request(), code)))) {
      assertThat(ask(request("x"), CallOptions.DEFAULT).awaitEnd().getCode()).isEqualTo(expected);
    }
  }

  @Test
  void connectionThatEnds_isUnavailable_andSoIsOneThatNobodyListensOn() throws Exception {
    try (var _ =
        Peer.start(
            socket,
            p -> {
              int stream = p.request();
              p.headers(stream);
              p.data(stream, new byte[] {0, 0, 0});
            })) {
      assertThat(ask(request("x"), CallOptions.DEFAULT).awaitEnd().getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
    }
    assertThat(ask(request("x"), CallOptions.DEFAULT).awaitEnd().getCode())
        .isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void largeRequest_isSentAsFastAsTheOtherSideTakesIt() throws Exception {
    var request = request("s".repeat(500_000));
    try (var peer =
        Peer.start(
            socket,
            p -> {
              p.send(Frame.of(Frame.SETTINGS, 0, 0, setting(4, 30_000)));
              int stream = p.read(Frame.HEADERS).stream();
              int left = 65_535; // of the connection, and what settings in between take from it
              int received = 0;
              for (boolean last = false; !last; ) {
                var frame = p.read(Frame.DATA);
                int length = frame.payload().remaining();
                received += length;
                left -= length;
                last = frame.is(Frame.END_STREAM);
                assertThat(left).as("what may be sent").isNotNegative();
                p.send(Frame.number(Frame.WINDOW_UPDATE, stream, Math.max(1, length)));
                p.send(Frame.number(Frame.WINDOW_UPDATE, 0, Math.max(1, length)));
                left += length;
              }
              assertThat(received).isEqualTo(request.getSerializedSize() + 5);
              p.trailers(stream, ":status", "200", "grpc-status", "0");
            })) {
      assertThat(ask(request, CallOptions.DEFAULT).awaitEnd().isOk()).isTrue();
      peer.awaitEnd();
    }
  }

  @Test
  void messagesNobodyAskedFor_areHeldBack_andTheOtherSideIsNotToldToSendMore() throws Exception {
    var message = Peer.message(chunk("y".repeat(200_000)).toByteArray());
    var checked = new CountDownLatch(1);
    try (var peer =
        Peer.start(
            socket,
            p -> {
              int stream = p.request();
              p.headers(stream);
              for (int i = 0; i < 5; i++) {
                p.data(stream, message);
              }
              p.send(Frame.of(Frame.PING, 0, 0, new byte[8]));
              while (true) {
                var frame = p.read();
                assertThat(frame.type() == Frame.WINDOW_UPDATE && frame.stream() == stream)
                    .as("more may be sent")
                    .isFalse();
                if (frame.type() == Frame.PING) {
                  break;
                }
              }
              checked.countDown();
              while (p.read(Frame.WINDOW_UPDATE).stream() != stream) {}
              p.trailers(stream, "grpc-status", "0");
            })) {
      var recorder = new Recorder<SelectResponse>();
      var call = start(request("x"), CallOptions.DEFAULT, recorder);
      call.request(1);
      assertThat(recorder.messages.poll(60, TimeUnit.SECONDS)).isNotNull();
      assertThat(checked.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(recorder.messages).isEmpty();
      call.request(10);

      assertThat(recorder.awaitEnd().isOk()).isTrue();
      assertThat(recorder.messages).hasSize(4);
      peer.awaitEnd();
    }
  }

  @Test
  void messageLargerThanTheWindow_arrives() throws Exception {
    var text = "z".repeat(20_000_000);
    try (var _ =
        Peer.start(
            socket,
            p -> {
              int stream = p.request();
              p.headers(stream);
              var bytes = ByteBuffer.wrap(Peer.message(chunk(text).toByteArray()));
              long ofStream = Connection.STREAM_WINDOW;
              while (bytes.hasRemaining()) {
                var part =
                    new byte[(int) Math.min(Math.min(Frame.LARGEST, ofStream), bytes.remaining())];
                bytes.get(part);
                p.data(stream, part);
                ofStream -= part.length;
                while (ofStream < Frame.LARGEST) {
                  var update = p.read(Frame.WINDOW_UPDATE);
                  ofStream += update.stream() == stream ? update.number() : 0;
                }
              }
              p.trailers(stream, "grpc-status", "0");
            })) {
      var recorder = ask(request("x"), CallOptions.DEFAULT);

      assertThat(recorder.awaitEnd().isOk()).isTrue();
      assertThat(recorder.messages.take().getChunk().getJson().size()).isEqualTo(text.length());
    }
  }

  @Test
  void deadline_endsACallThatNobodyAnswers_andTellsTheOtherSide() throws Exception {
    try (var peer =
        Peer.start(
            socket,
            p -> {
              int stream = p.request();
              var reset = p.read(Frame.RST_STREAM);
              assertThat(reset.stream()).isEqualTo(stream);
              assertThat(reset.number()).isEqualTo(WireException.CANCEL);
            })) {
      var options = CallOptions.DEFAULT.withDeadlineAfter(50, TimeUnit.MILLISECONDS);

      assertThat(ask(request("x"), options).awaitEnd().getCode())
          .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
      peer.awaitEnd();
    }
  }

  @Test
  void cancel_endsTheCallAtOnce_andTellsTheOtherSide() throws Exception {
    try (var peer =
        Peer.start(
            socket,
            p -> {
              p.request();
              assertThat(p.read(Frame.RST_STREAM).number()).isEqualTo(WireException.CANCEL);
            })) {
      var recorder = new Recorder<SelectResponse>();
      var call = start(request("x"), CallOptions.DEFAULT, recorder);
      call.cancel("enough", null);

      assertThat(recorder.awaitEnd().getCode()).isEqualTo(Status.Code.CANCELLED);
      call.cancel("again", null);
      peer.awaitEnd();
    }
  }

  @Test
  void close_endsCallsAndTheReadingThread() throws Exception {
    try (var _ = Peer.start(socket, p -> p.read(Frame.RST_STREAM))) {
      var recorder = ask(request("x"), CallOptions.DEFAULT);
      channel.close();

      assertThat(recorder.awaitEnd().getCode()).isEqualTo(Status.Code.CANCELLED);
      assertThat(Thread.getAllStackTraces().keySet())
          .noneMatch(thread -> thread.getName().equals("arda-wire") && thread.isAlive());
      assertThat(ask(request("x"), CallOptions.DEFAULT).awaitEnd().getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  static byte[] setting(int name, int value) {
    return ByteBuffer.allocate(6).putShort((short) name).putInt(value).array();
  }

  static SelectRequest request(String selector) {
    return SelectRequest.newBuilder().addSelectors(selector).build();
  }

  static SelectResponse chunk(String json) {
    return SelectResponse.newBuilder()
        .setChunk(ValueChunk.newBuilder().setJson(ByteString.copyFromUtf8(json)))
        .build();
  }

  private Recorder<SelectResponse> ask(SelectRequest request, CallOptions options) {
    var recorder = new Recorder<SelectResponse>();
    start(request, options, recorder).request(1000);
    return recorder;
  }

  private ClientCall<SelectRequest, SelectResponse> start(
      SelectRequest request, CallOptions options, Recorder<SelectResponse> recorder) {
    var call = channel.newCall(SelectionServiceGrpc.getSelectMethod(), options);
    call.start(recorder, new Metadata());
    call.sendMessage(request);
    call.halfClose();
    return call;
  }
}
