package dev.arda.nix.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.types.NixErrorDetail;
import dev.arda.nix.types.SourcePosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the three versions of Nix really printed, each in {@code errors/VERSION/NAME.txt}; what must
 * be read from it in {@code errors/VERSION/expected.txt}.
 */
class NixErrorsTest {

  static String resource(String name) {
    try (var stream = NixErrorsTest.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new AssertionError("no resource " + name);
      }
      return new String(stream.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The parts of {@code expected.txt}, each under {@code == NAME}. */
  private static Map<String, String> expected(String version) {
    var result = new TreeMap<String, String>();
    for (var part : resource("errors/" + version + "/expected.txt").split("(?m)^== ", -1)) {
      if (!part.isBlank()) {
        var end = part.indexOf('\n');
        result.put(part.substring(0, end), part.substring(end + 1).strip());
      }
    }
    return result;
  }

  private static String show(NixErrorDetail detail) {
    var result = new StringBuilder(detail.message().replace("\n", "\n  ")).append('\n');
    detail.position().ifPresent(position -> result.append("at ").append(position).append('\n'));
    for (var frame : detail.trace()) {
      result.append("… ").append(frame.message().replace("\n", "\n  ")).append('\n');
      frame.position().ifPresent(position -> result.append("  at ").append(position).append('\n'));
    }
    return result.toString().strip();
  }

  static Stream<String> recorded() {
    return Stream.of("2.8", "2.26", "2.34")
        .flatMap(version -> expected(version).keySet().stream().map(name -> version + "/" + name));
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void read_whatNixPrinted_findsWordsPositionAndFrames(String name) {
    var version = name.substring(0, name.indexOf('/'));
    var detail = NixErrors.read(resource("errors/" + name + ".txt"));

    assertThat(show(detail))
        .isEqualTo(expected(version).get(name.substring(name.indexOf('/') + 1)));
    assertThat(detail.logTail()).doesNotContain("\u001b", "@nix").contains("error:");
  }

  @Test
  void recorded_everyVersion_hasEveryKind() {
    var kinds =
        Arrays.asList(
            "throws",
            "asserts",
            "missing",
            "recursion",
            "syntax",
            "typeError",
            "aborts",
            "undefined");
    for (var version : List.of("2.8", "2.26", "2.34")) {
      assertThat(expected(version).keySet()).containsAll(kinds);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2.8,throws",
    "2.26,throws",
    "2.34,throws",
    "2.8,missing",
    "2.26,missing",
    "2.34,missing"
  })
  void read_internalJson_isTheSameAsPlain(String version, String name) {
    var plain = NixErrors.read(resource("errors/%s/%s.txt".formatted(version, name)));
    var json = NixErrors.read(resource("errors/%s/%s-json.txt".formatted(version, name)));

    assertThat(show(json)).isEqualTo(show(plain));
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.28.depfail", "out.226.depfail", "dm.sid.fail"})
  void read_failedBuild_saysWhichAndWhy(String name) {
    var detail = NixErrors.read(resource("internal-json/" + name + ".log"));

    assertThat(detail.message())
        .contains("-failing.drv")
        .contains("failed with exit code 3")
        .doesNotContain("dependencies of");
    assertThat(detail.logTail()).contains("boom: no such thing");
  }

  @Test
  void read_positionForms_areUnderstood() {
    var forms =
        Map.of(
            "/path with: colons/flake.nix:5:13:",
                new SourcePosition("/path with: colons/flake.nix", 5, 13),
            "«string»:1:1:", new SourcePosition("«string»", 1, 1),
            "(string):1:5:", new SourcePosition("(string)", 1, 5),
            "«git+file:///x?ref=m&rev=1»/flake.nix:3:14:",
                new SourcePosition("«git+file:///x?ref=m&rev=1»/flake.nix", 3, 14),
            "«none»:0:", new SourcePosition("«none»", 0, 0));
    forms.forEach((text, position) ->
        assertThat(NixErrors.read("error: x\n       at " + text + "\n").position())
            .contains(position));
  }

  @Test
  void read_noError_isTheLastLine() {
    assertThat(NixErrors.read("warning: x\nSegmentation fault\n\n").message())
        .isEqualTo("Segmentation fault");
    assertThat(NixErrors.read("").message()).isEqualTo("Nix failed without a message.");
  }

  @Test
  void read_traceThatLooksLikeAnError_isNotTaken() {
    var detail = NixErrors.read("trace: x\nerror: forged\nerror: real\nTry 'nix --help'.\n");
    assertThat(detail.message()).isEqualTo("real");
  }

  @Test
  void read_hugeTraceWhoseBeginningIsLost_stillFindsTheWords() {
    var trace = resource("errors/2.34/nested-trace.txt");
    var cut = trace.substring(trace.indexOf("toJSON"));
    var detail = NixErrors.read(cut);

    assertThat(detail.message()).isEqualTo("deep\nsecond line");
    assertThat(detail.trace()).isNotEmpty();
    assertThat(detail.position().map(SourcePosition::line)).contains(9);
  }

  @Test
  void read_longOutput_keepsTheEnd() {
    var detail = NixErrors.read("line\n".repeat(100_000) + "error: end\n");
    assertThat(detail.message()).isEqualTo("end");
    assertThat(detail.logTail()).hasSize(65_536).endsWith("error: end\n");
  }

  @Test
  void read_anything_doesNotFail() {
    var seed = 99L;
    var random = new Random(seed);
    var pieces =
        List.of(
            "error:",
            " ",
            "       ",
            "\n",
            "…",
            "at x:1:2:",
            "at x:99999999999:1",
            "|",
            "@nix ",
            "{",
            "\"action\":\"msg\"",
            "}",
            "\u001b[31m",
            "(use '--show-trace'",
            "é",
            "… a\n");
    for (var round = 0; round < 5000; round++) {
      var text = new StringBuilder();
      for (var i = random.nextInt(40); i > 0; i--) {
        text.append(pieces.get(random.nextInt(pieces.size())));
      }
      assertThat(NixErrors.read(text.toString()).message())
          .as("seed %d, round %d: %s", seed, round, text)
          .doesNotContain("\u001b");
    }
    assertThat(NixErrors.read("error:\n").position()).isEqualTo(Optional.empty());
  }
}
