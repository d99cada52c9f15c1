package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.system.deploy.DeployRequest.Limits;
import dev.arda.nix.system.deploy.DeployRequest.Rollout;
import dev.arda.nix.system.deploy.DeployRequest.WaveSize;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How hosts are divided. */
class WavesTest {

  /** Sizes of the waves of so many hosts. */
  private static List<Integer> sizes(int hosts, int canary, String... sizes) {
    var all = IntStream.range(0, hosts).boxed().toList();
    var waves =
        Waves.of(
            all,
            new Rollout(
                new Limits(1, 1, 1), canary, Stream.of(sizes).map(WavesTest::size).toList(), 0));
    assertThat(waves.stream().flatMap(List::stream)).isEqualTo(all);
    return waves.stream().map(List::size).toList();
  }

  private static WaveSize size(String text) {
    return new WaveSize(Integer.parseInt(text.replace("%", "")), text.endsWith("%"));
  }

  @Test
  void withoutSizes_thereIsOne_perhapsAfterThoseThatGoFirst() {
    assertThat(sizes(12, 0)).containsExactly(12);
    assertThat(sizes(12, 2)).containsExactly(2, 10);
    assertThat(sizes(12, 12)).containsExactly(12);
    assertThat(sizes(2, 5)).containsExactly(2);
    assertThat(sizes(0, 5, "10%")).isEmpty();
  }

  @Test
  void theLastSize_isThatOfAllThatFollow() {
    assertThat(sizes(12, 0, "1", "25%", "100%")).containsExactly(1, 3, 8);
    assertThat(sizes(12, 0, "5")).containsExactly(5, 5, 2);
    assertThat(sizes(12, 1, "25%")).containsExactly(1, 3, 3, 3, 2);
    assertThat(sizes(3, 0, "1", "1")).containsExactly(1, 1, 1);
  }

  @Test
  void percentages_areOfAll_andRoundedUp() {
    assertThat(sizes(10, 0, "25%", "100%")).containsExactly(3, 7);
    assertThat(sizes(3, 0, "1%", "100%")).containsExactly(1, 2);
    assertThat(sizes(1000, 0, "100%")).containsExactly(1000);
    assertThat(sizes(3, 1, "999999")).containsExactly(1, 2);
    assertThat(sizes(3, 1, Integer.toString(Integer.MAX_VALUE))).containsExactly(1, 2);
  }
}
