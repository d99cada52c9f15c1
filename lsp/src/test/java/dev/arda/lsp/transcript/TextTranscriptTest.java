package dev.arda.lsp.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.lsp.protocol.ServerInProcess;
import java.nio.file.Files;
import java.nio.file.Path;
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
    try (var server = new ServerInProcess(directory)) {
      Player.begin(server.editor);
      new Player(server.editor, flake, arguments -> "").play(Transcript.read(page));
      Player.end(server.editor);
      assertThat(server.ended()).isTrue();
    }
    try (var files = Files.walk(directory)) {
      assertThat(files.filter(file -> file.toString().endsWith(".sock"))).isEmpty();
    }
  }
}
