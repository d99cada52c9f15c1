package dev.arda.lsp.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every page with the real program; those of {@code daemon} with a real daemon and a real Nix. One
 * editor plays them all, each in a flake of its own.
 */
@ExtendWith(SharedDistribution.class)
class DaemonTranscriptIT {

  private static Distribution distribution;
  private static Process server;
  private static EditorEnd editor;

  @BeforeAll
  static void start(Distribution shared) {
    distribution = shared;
    server = shared.server(Map.of());
    editor = new EditorEnd(server.getInputStream(), server.getOutputStream());
    Player.begin(editor);
  }

  @AfterAll
  static void stop() throws Exception {
    try {
      Player.end(editor);
      assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).isZero();
    } finally {
      server.destroyForcibly();
    }
  }

  static Stream<Path> pages() {
    return Stream.concat(Transcript.pages("text").stream(), Transcript.pages("daemon").stream());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void page_isTrue(Path page) throws Exception {
    var flake = distribution.flake(page.getFileName().toString().replace(".md", ""));
    new Player(
            editor,
            flake,
            arguments ->
                distribution.run(
                    flake,
                    arguments.stream()
                        .map(word -> word.equals(".") ? flake.toString() : word)
                        .toList()))
        .play(Transcript.read(page));
  }
}
