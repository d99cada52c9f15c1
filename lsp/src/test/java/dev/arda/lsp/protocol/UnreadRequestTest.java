package dev.arda.lsp.protocol;

import static dev.arda.lsp.protocol.ServerInProcess.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of a form that is not read are answered with their number. */
class UnreadRequestTest {

  @TempDir Path home;
  private ServerInProcess server;

  @BeforeEach
  void setUp() throws Exception {
    server = new ServerInProcess(home);
    server.initialize("{}");
  }

  @AfterEach
  void tearDown() throws Exception {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"['file:///x',1]", "[[],{}]", "[1]"})
  void paramsInAList_areRefused(String params) {
    assertThat(server.editor.ask("textDocument/completion", json(params)).await().toString())
        .contains("-32602", "the params are not an object")
        .doesNotContain("Exception");
  }

  @Test
  void messageThatIsNull_isAnswered() {
    server.editor.sendRaw(" null\n");
    var answer = server.editor.await(message -> message.has("error"));
    assertThat(answer.getAsJsonObject("error").get("code").getAsInt()).isEqualTo(-32700);
    assertThat(server.editor.ask("textDocument/foo", json("{}")).await().toString())
        .contains("-32601");
  }

  @Test
  void number_isOfTheFormThatItCameIn() {
    assertThat(id("{'id':'é','method':'a','params':[1,2]}")).isEqualTo("é");
    assertThat(id("{'id':7,'method':'a','params':[1,2]}")).isEqualTo("7");
    assertThat(UnreadRequest.in(bytes("{'method':'a'}"))).isEmpty();
    assertThat(UnreadRequest.in(bytes("{'id':7}"))).isEmpty();
    assertThat(UnreadRequest.in(bytes("{'id':7,"))).isEmpty();
    assertThat(UnreadRequest.in(bytes("[]"))).isEmpty();
  }

  private static String id(String message) {
    return UnreadRequest.in(bytes(message)).orElseThrow().refusal().getId();
  }

  private static byte[] bytes(String message) {
    return message.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }
}
