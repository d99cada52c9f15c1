package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where lines are broken. */
class WordWrapTest {

  @Test
  void aLineThatFits_isLeftAsItIs() {
    assertThat(WordWrap.of("error: one  two", 15)).isEqualTo("error: one  two");
    assertThat(WordWrap.of("", 10)).isEmpty();
    assertThat(WordWrap.of("a\n\nb\n", 10)).isEqualTo("a\n\nb\n");
  }

  @Test
  void aLongLine_isBrokenBetweenWords_andIndentedBehindItsLabel() {
    assertThat(WordWrap.of("error: The copy to web01 took too long.", 20))
        .isEqualTo("error: The copy to\n       web01 took\n       too long.");
    assertThat(WordWrap.of("no label in this line", 10)).isEqualTo("no label\nin this\nline");
    assertThat(WordWrap.of("  an indented line", 12)).isEqualTo("  an\n  indented\n  line");
  }

  @Test
  void colours_takeNoRoom() {
    assertThat(WordWrap.of("\u001b[1;31merror:\u001b[0m one two three", 14))
        .isEqualTo("\u001b[1;31merror:\u001b[0m one two\n       three");
  }

  @Test
  void aWordThatIsTooLong_staysInOnePiece() {
    assertThat(WordWrap.of("see /nix/store/abcdefghijklmnop now", 12))
        .isEqualTo("see\n/nix/store/abcdefghijklmnop\nnow");
    assertThat(WordWrap.of("/nix/store/abcdefghijklmnop", 12))
        .isEqualTo("/nix/store/abcdefghijklmnop");
  }

  @Test
  void wideCharacters_countTwice_andAMarkFarToTheRight_isLeftThere() {
    assertThat(WordWrap.of("日本 日本 日本", 9)).isEqualTo("日本 日本\n日本");
    assertThat(WordWrap.of("               ^^^ here", 16)).isEqualTo("               ^^^ here");
  }
}
