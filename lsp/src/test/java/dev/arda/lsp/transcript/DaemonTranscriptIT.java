package dev.arda.lsp.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every page with the real program; those of {@code daemon} with a real daemon and a real Nix. */
class DaemonTranscriptIT {

  private static Distribution distribution;

  @BeforeAll
  static void start() {
    distribution = new Distribution();
    // Pages are about what is answered, not about how long a machine takes to start.
    var _ = distribution.run(List.of("daemon", "start"));
  }

  @AfterAll
  static void stop() {
    distribution.close();
  }

  static Stream<Path> pages() {
    return Stream.concat(Transcript.pages("text").stream(), Transcript.pages("daemon").stream());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void page_isTrue(Path page) throws Exception {
    var flake =
        java.nio.file.Files.createDirectory(
            distribution.flake.resolve(page.getFileName().toString().replace(".md", "")));
    var server = distribution.start(List.of(distribution.arda().toString(), "lsp"));
    try {
      var editor = new EditorEnd(server.getInputStream(), server.getOutputStream());
      new Player(
              editor,
              flake,
              arguments ->
                  distribution.run(
                      arguments.stream()
                          .map(word -> word.equals(".") ? flake.toString() : word)
                          .toList()))
          .play(Transcript.read(page));
      assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).isZero();
    } finally {
      server.destroyForcibly();
    }
  }
}
