package dev.arda.nix.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineSplitterTest {

  private static List<String> split(int cap, byte[]... pieces) {
    var lines = new ArrayList<String>();
    var splitter = new LineSplitter(cap, lines::add);
    for (var piece : pieces) {
      splitter.accept(piece, piece.length);
    }
    splitter.finish();
    return lines;
  }

  @Test
  void accept_anyPieces_linesAreTheSame() {
    var text = "one\n\ntwo ü€😀\r\nthree\n\nlast";
    var bytes = text.getBytes(UTF_8);
    var seed = 20261122L;
    var random = new Random(seed);
    for (var round = 0; round < 500; round++) {
      var pieces = new ArrayList<byte[]>();
      for (var from = 0; from < bytes.length; ) {
        var to = Math.min(bytes.length, from + 1 + random.nextInt(7));
        pieces.add(java.util.Arrays.copyOfRange(bytes, from, to));
        from = to;
      }
      assertThat(split(1000, pieces.toArray(byte[][]::new)))
          .as("seed %d, round %d", seed, round)
          .containsExactly("one", "", "two ü€😀", "three", "", "last");
    }
  }

  @Test
  void accept_lineOverTheCap_isCutBetweenCharacters() {
    for (var cap = 4; cap < 20; cap++) {
      var lines = split(cap, "ü€😀abc".repeat(20).getBytes(UTF_8));
      assertThat(String.join("", lines)).isEqualTo("ü€😀abc".repeat(20));
      for (var line : lines) {
        assertThat(line.getBytes(UTF_8).length).isBetween(1, cap);
      }
    }
  }

  @Test
  void accept_lineOfExactlyTheCap_isOneLine() {
    assertThat(split(4, "abcd\nef\n".getBytes(UTF_8))).containsExactly("abcd", "ef");
    assertThat(split(4, "abcd".getBytes(UTF_8), "\n".getBytes(UTF_8))).containsExactly("abcd");
  }

  @Test
  void accept_onlyContinuationBytes_stillAdvances() {
    var bytes = new byte[100];
    java.util.Arrays.fill(bytes, (byte) 0x80);
    assertThat(String.join("", split(8, bytes))).isEqualTo("\uFFFD".repeat(100));
  }

  @Test
  void finish_nothingPending_deliversNothing() {
    assertThat(split(8)).isEmpty();
    assertThat(split(8, "\n".getBytes(UTF_8))).containsExactly("");
  }
}
