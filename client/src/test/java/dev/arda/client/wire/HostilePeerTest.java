package dev.arda.client.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.arda.v1.SelectResponse;
import dev.arda.v1.SelectionServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the other side does, a call ends with a status, soon, and memory is bounded. */
final class HostilePeerTest {

  @TempDir private Path directory;

  @Test
  void somethingElseThanHttp2_isSaidSo() throws Exception {
    var status =
        against(p -> p.raw(ByteBuffer.wrap("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII))));

    assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(status.getDescription()).contains("does not speak HTTP/2");
  }

  /** The other side may be done with a connection before the first call begins on it. */
  @Test
  void endBeforeTheFirstCall_isWhyTheCallFails() throws Exception {
    var socket = directory.resolve("s");
    try (var peer =
        Peer.start(
            socket,
            p -> {
              p.send(Frame.of(Frame.PING, 0, 0, new byte[7]));
              p.read(Frame.GOAWAY);
              assertThatExceptionOfType(EOFException.class).isThrownBy(p::read);
            })) {
      var connection = Connection.open(socket);
      peer.awaitEnd();

      assertThatExceptionOfType(StatusException.class)
          .isThrownBy(() -> connection.open(new Deaf(), List.of()))
          .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL));
    }
  }

  @Test
  void httpError_isNamed() throws Exception {
    var status =
        against(p -> p.trailers(p.request(), ":status", "503", "content-type", "text/html"));

    assertThat(status.getDescription()).contains("503");
  }

  @Test
  void otherContent_isNamed() throws Exception {
    var status =
        against(p -> {
          int stream = p.request();
          p.send(
              Frame.of(
                  Frame.HEADERS,
                  Frame.END_HEADERS,
                  stream,
                  Peer.block(":status", "200", "content-type", "text/html")));
          p.read(Frame.RST_STREAM);
        });

    assertThat(status.getDescription()).contains("text/html");
  }

  @Test
  void frameThatIsTooLong_endsTheConnection() throws Exception {
    fails(p -> p.raw(ByteBuffer.allocate(9).putInt((Frame.LARGEST + 1) << 8).flip().limit(9)));
  }

  @Test
  void framesThatCannotBe_endTheConnection() throws Exception {
    fails(p -> p.send(Frame.of(Frame.DATA, 0, 0, (byte) 0)));
    fails(p -> p.send(Frame.of(Frame.HEADERS, 4, 0)));
    fails(p -> p.send(Frame.of(Frame.SETTINGS, 0, 1)));
    fails(p -> p.send(Frame.of(Frame.SETTINGS, 0, 0, new byte[5])));
    fails(p -> p.send(Frame.of(Frame.SETTINGS, Frame.ACK, 0, new byte[6])));
    fails(p -> p.send(Frame.of(Frame.PING, 0, 0, new byte[7])));
    fails(p -> p.send(Frame.of(Frame.GOAWAY, 0, 0, new byte[4])));
    fails(p -> p.send(Frame.of(Frame.RST_STREAM, 0, 1, new byte[3])));
    fails(p -> p.send(Frame.of(Frame.WINDOW_UPDATE, 0, 0, new byte[3])));
    fails(p -> p.send(Frame.of(Frame.PUSH_PROMISE, 4, 1, new byte[8])));
    fails(p -> p.send(Frame.of(Frame.CONTINUATION, 4, 1)));
    fails(p -> p.send(Frame.of(Frame.DATA, Frame.PADDED, 1, (byte) 9, (byte) 0)));
    fails(p -> p.send(Frame.of(Frame.HEADERS, Frame.PADDED | Frame.PRIORITY, 1, new byte[3])));
  }

  @Test
  void windowsThatCannotBe_endTheConnection() throws Exception {
    fails(p -> p.send(Frame.number(Frame.WINDOW_UPDATE, 0, 0)));
    fails(p -> p.send(Frame.number(Frame.WINDOW_UPDATE, 0, Integer.MAX_VALUE)));
    fails(p ->
        p.send(
            Frame.number(Frame.WINDOW_UPDATE, p.read(Frame.HEADERS).stream(), Integer.MAX_VALUE)));
    fails(p -> p.send(Frame.of(Frame.SETTINGS, 0, 0, WireChannelTest.setting(4, -1))));
  }

  @Test
  void headersThatCannotBe_endTheConnection() throws Exception {
    fails(headers(0x80)); // index zero
    fails(headers(0x80 | 62)); // an entry of the table that has no room
    fails(headers(0x3f, 0xe1, 0x1f)); // a table of 4096 bytes
    fails(headers(0x00, 0x05, 'a')); // a name that ends in its middle
    fails(headers(0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0x0f)); // an endless length
    fails(headers(0x00, 0x84, 0xff, 0xff, 0xff, 0xff)); // the end of Huffman's code as a letter
    fails(headers(0x00, 0x81, 0x00, 0x00)); // padded with zeros
  }

  private static Peer.Script headers(int... bytes) {
    var block = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      block[i] = (byte) bytes[i];
    }
    return p -> p.send(Frame.of(Frame.HEADERS, Frame.END_HEADERS, p.request(), block));
  }

  @Test
  void headersWithoutEnd_endTheConnection() throws Exception {
    fails(p -> {
      int stream = p.request();
      p.send(Frame.of(Frame.HEADERS, 0, stream));
      for (int i = 0; i < 1000; i++) {
        p.send(Frame.of(Frame.CONTINUATION, 0, stream, new byte[Frame.LARGEST]));
      }
    });
    fails(p -> {
      int stream = p.request();
      p.send(Frame.of(Frame.HEADERS, 0, stream));
      p.send(Frame.of(Frame.PING, 0, 0, new byte[8]));
    });
  }

  @Test
  void headersThatExpand_areBounded() throws Exception {
    // Each byte stands for a header of the table that everybody has.
    var block = new byte[16_000];
    java.util.Arrays.fill(block, (byte) (0x80 | 16));
    fails(p -> p.send(Frame.of(Frame.HEADERS, Frame.END_HEADERS, p.request(), block)));
  }

  @Test
  void messagesThatCannotBe_endTheCall() throws Exception {
    assertThat(message(1, 0, 0, 0, 0).getDescription()).contains("compressed");
    assertThat(message(0, 0x7f, 0xff, 0xff, 0xff).getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(message(0, 0xff, 0xff, 0xff, 0xff).getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(message(0, 0, 0, 0, 1, 0xff).getCode())
        .isEqualTo(Status.Code.INTERNAL); // not protobuf
  }

  private Status message(int... bytes) throws Exception {
    var data = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      data[i] = (byte) bytes[i];
    }
    return against(p -> {
      int stream = p.request();
      p.headers(stream);
      p.data(stream, data);
      p.read(Frame.RST_STREAM);
    });
  }

  @Test
  void answersThatEndTooEarly_areFailures() throws Exception {
    assertThat(
            against(p ->
                    p.trailers(p.request(), ":status", "200", "content-type", "application/grpc"))
                .isOk())
        .isFalse();
    assertThat(
            against(
                    p -> {
                      int stream = p.request();
                      p.headers(stream);
                      p.send(
                          Frame.of(
                              Frame.DATA, Frame.END_STREAM, stream, Peer.message(new byte[0])));
                    })
                .isOk())
        .isFalse();
    assertThat(
            against(
                    p -> {
                      int stream = p.request();
                      p.headers(stream);
                      p.data(stream, new byte[] {0, 0, 0, 0, 9, 1});
                      p.trailers(stream, "grpc-status", "0");
                    })
                .getDescription())
        .contains("within a message");
    assertThat(against(p -> p.data(p.request(), Peer.message(new byte[0]))).getDescription())
        .contains("without headers");
  }

  @Test
  void moreThanTheWindow_endsTheCall() throws Exception {
    var socket = directory.resolve("s");
    try (var channel = new WireChannel(socket, Map.of());
        var _ =
            Peer.start(
                socket,
                p -> {
                  int stream = p.request();
                  p.headers(stream);
                  var message =
                      Peer.message(WireChannelTest.chunk("x".repeat(100_000)).toByteArray());
                  for (int i = 0; i < 100; i++) {
                    p.data(stream, message);
                  }
                })) {
      var recorder = new Recorder<SelectResponse>();
      var call = channel.newCall(SelectionServiceGrpc.getSelectMethod(), CallOptions.DEFAULT);
      call.start(recorder, new Metadata());
      call.sendMessage(WireChannelTest.request("x"));

      assertThat(recorder.awaitEnd().getDescription()).contains("more than it may");
    }
  }

  @Test
  void anythingAtAll_endsTheCall() throws Exception {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      var status =
          against(p -> {
            int stream = p.request();
            if (random.nextBoolean()) {
              p.headers(stream);
            }
            for (int i = random.nextInt(30); i > 0; i--) {
              var payload = new byte[random.nextInt(random.nextBoolean() ? 12 : 3_000)];
              random.nextBytes(payload);
              int type = random.nextInt(11);
              try {
                p.send(
                    Frame.of(
                        type,
                        random.nextInt(64),
                        random.nextBoolean() ? stream : random.nextInt(4),
                        payload));
              } catch (IOException e) {
                return; // it has had enough
              }
            }
          });
      assertThat(status.isOk()).as("seed %d, round %d", seed, round).isFalse();
    }
  }

  /** Nothing reaches it. */
  private static final class Deaf implements Connection.Receiver {
    @Override
    public void headers(List<Header> headers, boolean end) {}

    @Override
    public void data(ByteBuffer bytes, boolean end) {}

    @Override
    public void broken(Status status) {}
  }

  private void fails(Peer.Script script) throws Exception {
    var status =
        against(p -> {
          script.play(p);
          p.read(Frame.GOAWAY);
        });
    assertThat(status.getCode()).as(status.toString()).isEqualTo(Status.Code.INTERNAL);
  }

  /** The status of a call to somebody who follows a script and hangs up. */
  private Status against(Peer.Script script) throws Exception {
    var socket = directory.resolve("s");
    try (var channel = new WireChannel(socket, Map.of());
        var _ = Peer.start(socket, script)) {
      var recorder = new Recorder<SelectResponse>();
      var call = channel.newCall(SelectionServiceGrpc.getSelectMethod(), CallOptions.DEFAULT);
      call.start(recorder, new Metadata());
      call.request(1000);
      call.sendMessage(WireChannelTest.request("x"));
      return recorder.awaitEnd();
    } finally {
      Files.deleteIfExists(socket);
    }
  }
}
