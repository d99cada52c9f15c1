package dev.arda.nix.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TerminalTextTest {

  static Stream<Arguments> texts() {
    return Stream.of(
        Arguments.of("plain ü 😀\n\ttext", "plain ü 😀\n\ttext"),
        Arguments.of("\u001b[31;1merror:\u001b[0m x", "error: x"),
        Arguments.of("\u001b[2J\u001b[1;1H\u001b[?25lgone", "gone"),
        Arguments.of("a\u001b]0;title\u0007b", "ab"),
        Arguments.of("a\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\b", "alinkb"),
        Arguments.of("a\u001bP1;2|payload\u001b\\b", "ab"),
        Arguments.of("a\u001b_hidden\u009cb", "ab"),
        Arguments.of("a\u009b31mb\u009d0;title\u009cc", "abc"),
        Arguments.of("a\u001b]0;no end\nvisible", "a\nvisible"),
        Arguments.of("a\u001b(Bb\u001b7c\u001bcd", "abcd"),
        Arguments.of("a\r\nb\rc", "a\nbc"),
        Arguments.of("a\bb\0c\u007fd\u0085e", "abcde"),
        Arguments.of("end\u001b", "end"),
        Arguments.of("end\u001b[", "end"),
        Arguments.of("end\u001b[31", "end"));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void strip_text_leavesOnlyWhatCanBeRead(String text, String stripped) {
    assertThat(TerminalText.strip(text)).isEqualTo(stripped);
  }

  @Test
  void strip_anything_leavesNoControlCharacter() {
    var seed = 7L;
    var random = new Random(seed);
    for (var round = 0; round < 2000; round++) {
      var text = new StringBuilder();
      for (var i = random.nextInt(30); i > 0; i--) {
        text.append((char) (random.nextBoolean() ? random.nextInt(0x20) : random.nextInt(0xA5)));
        if (random.nextInt(4) == 0) {
          text.append("\u001b").append("[]P\\_(".charAt(random.nextInt(6)));
        }
      }
      var stripped = TerminalText.strip(text.toString());
      assertThat(
              stripped
                  .chars()
                  .filter(c -> c != '\n' && c != '\t')
                  .noneMatch(Character::isISOControl))
          .as("seed %d, round %d", seed, round)
          .isTrue();
      assertThat(TerminalText.strip(stripped)).isEqualTo(stripped);
    }
  }
}
