package dev.arda.client.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineDiffTest {

  private static String text(Object... lines) {
    return List.of(lines).stream().map(String::valueOf).collect(Collectors.joining("\n", "", "\n"));
  }

  @Test
  void equalTexts_haveNoDifference() {
    assertThat(LineDiff.of("", "").lines()).isEmpty();
    assertThat(LineDiff.of("a\nb\n", "a\nb\n").lines()).isEmpty();
  }

  @Test
  void whatDiffers_hasThreeLinesAround() {
    assertThat(LineDiff.of(text(1, 2, 3, 4, 5, 6, 7, 8), text(1, 2, 3, 4, 0, 6, 7, 8)).lines())
        .containsExactly("@@ line 2 @@", " 2", " 3", " 4", "-5", "+0", " 6", " 7", " 8");
    assertThat(LineDiff.of("", text(1, 2)).lines()).containsExactly("@@ line 1 @@", "+1", "+2");
    assertThat(LineDiff.of(text(1, 2), "").lines()).containsExactly("@@ line 1 @@", "-1", "-2");
  }

  @Test
  void groupsThatAreNear_areOne() {
    var before = IntStream.range(0, 30).boxed().map(String::valueOf).toList();
    var after = new ArrayList<>(before);
    after.set(3, "x");
    after.set(9, "y");
    after.set(25, "z");
    assertThat(new LineDiff(before, after).lines())
        .filteredOn(line -> line.startsWith("@@"))
        .containsExactly("@@ line 1 @@", "@@ line 23 @@");
  }

  @Test
  void texts_canBeMadeOfTheDifference() {
    var random = new Random(7);
    for (int round = 0; round < 200; round++) {
      var before = random.ints(random.nextInt(40), 0, 4).mapToObj(String::valueOf).toList();
      var after = random.ints(random.nextInt(40), 0, 4).mapToObj(String::valueOf).toList();
      var lines = new LineDiff(before, after).lines();
      assertThat(lines.stream().filter(line -> line.startsWith("-")).count())
          .as("%s %s", before, after)
          .isEqualTo(before.size() - common(before, after));
      assertThat(lines.stream().filter(line -> line.startsWith("+")).count())
          .isEqualTo(after.size() - common(before, after));
    }
  }

  private static long common(List<String> one, List<String> other) {
    var table = new long[one.size() + 1][other.size() + 1];
    for (int i = one.size() - 1; i >= 0; i--) {
      for (int j = other.size() - 1; j >= 0; j--) {
        table[i][j] =
            one.get(i).equals(other.get(j))
                ? table[i + 1][j + 1] + 1
                : Math.max(table[i + 1][j], table[i][j + 1]);
      }
    }
    return table[0][0];
  }
}
