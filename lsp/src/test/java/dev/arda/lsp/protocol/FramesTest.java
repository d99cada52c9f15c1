package dev.arda.lsp.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.client.Environment;
import dev.arda.lsp.daemon.Patience;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages are read however an editor frames them, and however they arrive. */
class FramesTest {

  private static final String[] MESSAGES = {
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"capabilities\":{},\"x\":\"é🐣\"}}",
    "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"shutdown\"}",
    "{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}"
  };

  @TempDir Path home;

  private static byte[] framed(String header) {
    var bytes = new ByteArrayOutputStream();
    for (var message : MESSAGES) {
      var body = message.getBytes(StandardCharsets.UTF_8);
      bytes.writeBytes(header.formatted(body.length).getBytes(StandardCharsets.US_ASCII));
      bytes.writeBytes(body);
    }
    return bytes.toByteArray();
  }

  private void isUnderstood(InputStream in) {
    var out = new ByteArrayOutputStream();
    var environment =
        new Environment(Map.of("HOME", home.toString()), home, Optional.empty(), "", 0);
    boolean ordered =
        Conversation.hold(
            in,
            out,
            editor -> new Server(editor, environment, Patience.OF_A_PERSON, "0", () -> {}),
            () -> {});
    assertThat(ordered).isTrue();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .startsWith("Content-Length: ")
        .contains("\"id\":1,\"result\":{\"capabilities\"", "\"id\":2,\"result\":null");
  }

  @Test
  void severalMessagesAtOnce_areEachRead() {
    isUnderstood(new ByteArrayInputStream(framed("Content-Length: %d\r\n\r\n")));
  }

  @Test
  void headers_areReadInAnyOrderAndInAnyCase() {
    isUnderstood(
        new ByteArrayInputStream(
            framed(
                """
                content-type: application/vscode-jsonrpc; charset=utf-8
                CONTENT-LENGTH:%d
                X-More: 1

                """
                    .replace("\n", "\r\n"))));
  }

  @Test
  void bytesOneByOne_areAMessageInTheEnd() {
    isUnderstood(
        new FilterInputStream(new ByteArrayInputStream(framed("Content-Length: %d\r\n\r\n"))) {
          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            return super.read(bytes, offset, Math.min(1, length));
          }
        });
  }
}
