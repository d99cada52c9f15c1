package dev.arda.client.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.client.cli.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LiveFrameTest {

  private final LiveFrame frame = new LiveFrame(new Style(true));

  private static List<Line> lines(String... texts) {
    var result = new ArrayList<Line>();
    for (var text : texts) {
      result.add(new Line().add(Ink.GOOD, text));
    }
    return result;
  }

  @Test
  void blocksReplaceEachOther_andLinesStayAbove() {
    var terminal = new VirtualTerminal(20, 6);
    terminal.write("$ arda build\n");
    terminal.write(frame.next(lines(), lines("a", "b", "sum"), 20));
    assertThat(terminal.screen()).containsExactly("$ arda build", "a", "b", "sum");
    terminal.write(frame.next(lines("built a"), lines("b", "sum"), 20));
    assertThat(terminal.screen()).containsExactly("$ arda build", "built a", "b", "sum");
    terminal.write(frame.next(lines("built b"), lines("sum"), 20));
    assertThat(terminal.screen()).containsExactly("$ arda build", "built a", "built b", "sum");
    terminal.write(frame.erase(20));
    assertThat(terminal.screen()).containsExactly("$ arda build", "built a", "built b", "");
  }

  @Test
  void moreLinesThanRows_scrollAway_andAreKept() {
    var terminal = new VirtualTerminal(20, 3);
    for (int i = 0; i < 10; i++) {
      terminal.write(frame.next(lines("built " + i), lines("x", "sum"), 20));
    }
    assertThat(terminal.screen()).containsExactly("built 9", "x", "sum");
    assertThat(terminal.history()).hasSize(12).startsWith("built 0", "built 1");
  }

  @Test
  void lineThatWraps_isKeptWhole() {
    var terminal = new VirtualTerminal(10, 8);
    terminal.write(frame.next(lines(), lines("a running", "sum"), 10));
    terminal.write(frame.next(lines("0123456789", "0123456789abcde"), lines("sum"), 10));
    assertThat(terminal.screen()).containsExactly("0123456789", "0123456789", "abcde", "sum");
  }

  @Test
  void proseThatIsTooLong_isBrokenBetweenWords() {
    var terminal = new VirtualTerminal(20, 8);
    terminal.write(frame.next(lines(), lines("a", "sum"), 20));
    var failure = new Line().add(Ink.BAD, "failed").add(" web01: The copy took too long.").prose();
    terminal.write(frame.next(List.of(failure), lines("sum"), 20));
    assertThat(terminal.screen())
        .containsExactly("failed web01: The", "copy took too long.", "sum");
  }

  @Test
  void narrowerTerminal_wrapsTheOldBlock_whichIsStillReplacedWhole() {
    var terminal = new VirtualTerminal(30, 10);
    terminal.write("$ arda build\n");
    terminal.write(frame.next(lines(), lines("0123456789012345678901234", "sum of it all"), 30));
    terminal.resize(10, 10);
    assertThat(terminal.screen())
        .containsExactly(
            "$ arda bui", "ld", "0123456789", "0123456789", "01234", "sum of it", "all");
    terminal.write(frame.next(lines("built"), lines("012", "sum"), 10));
    assertThat(terminal.screen()).containsExactly("$ arda bui", "ld", "built", "012", "sum");
    terminal.resize(30, 10);
    terminal.write(frame.next(lines(), lines("0123456789012345678901234", "sum"), 30));
    assertThat(terminal.screen())
        .containsExactly("$ arda build", "built", "0123456789012345678901234", "sum");
  }

  @Test
  void eachPicture_isOneWrite_andLeavesTheCursorAtItsEnd() {
    var terminal = new VirtualTerminal(20, 6);
    terminal.write(frame.next(lines(), lines("日本", "é"), 20));
    terminal.write("<");
    assertThat(terminal.screen()).containsExactly("日本", "é<");
  }

  @Test
  void randomBlocksAndSizes_neverLoseALine() {
    long seed = 20261126;
    var random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      var picture = new LiveFrame(new Style(false));
      int columns = 5 + random.nextInt(40);
      var terminal = new VirtualTerminal(columns, 30);
      var stayed = new ArrayList<String>();
      var block = List.<Line>of();
      for (int step = 0; step < 10; step++) {
        if (random.nextInt(3) == 0) {
          columns = 5 + random.nextInt(40);
          terminal.resize(columns, 30);
        }
        var above = new ArrayList<Line>();
        if (random.nextBoolean()) {
          var text = "line%d.%d".formatted(round, step) + "x".repeat(random.nextInt(20));
          stayed.add(text);
          above.add(new Line().add(text));
        }
        block = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
          block.add(new Line().add("b".repeat(random.nextInt(columns))));
        }
        terminal.write(picture.next(above, block, columns));
      }
      // On a terminal that is wide enough for every line, lines and rows are the same.
      terminal.resize(80, 30);
      var expected = new ArrayList<>(stayed);
      block.forEach(line -> expected.add(line.text(new Style(false))));
      assertThat(terminal.history()).as("seed %d, round %d", seed, round).isEqualTo(expected);
    }
  }
}
