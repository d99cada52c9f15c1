package dev.arda.lsp.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.client.Environment;
import dev.arda.lsp.protocol.Conversation;
import dev.arda.lsp.protocol.Server;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pages about flakes that are not trusted: no process is started and no daemon is asked. */
class TextTranscriptTest {

  @TempDir Path directory;

  static Stream<Path> pages() {
    return Transcript.pages("text").stream();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void page_isTrue(Path page) throws Exception {
    var flake = Files.createDirectory(directory.resolve("flake")).toRealPath();
    var environment =
        new Environment(
            Map.of("HOME", directory.toString(), "PATH", "/nowhere"),
            flake,
            Optional.empty(),
            "",
            Environment.ofProcess().uid());
    var toServer = Pipe.open();
    var fromServer = Pipe.open();
    var ordered =
        CompletableFuture.supplyAsync(() ->
            Conversation.hold(
                Channels.newInputStream(toServer.source()),
                Channels.newOutputStream(fromServer.sink()),
                editor -> new Server(editor, environment, "0", () -> {})));
    var editor =
        new EditorEnd(
            Channels.newInputStream(fromServer.source()),
            Channels.newOutputStream(toServer.sink()));
    new Player(editor, flake, arguments -> "").play(Transcript.read(page));
    assertThat(ordered.get(10, TimeUnit.SECONDS)).isTrue();
    try (var files = Files.walk(directory)) {
      assertThat(files.filter(file -> file.toString().endsWith(".sock"))).isEmpty();
    }
  }
}
