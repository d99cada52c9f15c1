package dev.arda.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.MemoryUsage;
import org.junit.jupiter.api.Test;

class HeapReleaseTest {

  private static final long MIB = 1L << 20;

  private long used = 50 * MIB;
  private long committed = 128 * MIB;
  private long least = 140 * MIB;
  private int collections;
  private final HeapRelease release =
      new HeapRelease(() -> new MemoryUsage(0, used, committed, 768 * MIB), this::collect);

  private void collect() {
    collections++;
    used = 40 * MIB;
    committed = least;
  }

  private void grow(long to) {
    used = to - 10 * MIB;
    committed = to;
  }

  @Test
  void look_heapThatIsSmall_isLeftAlone() {
    release.look();
    release.look();
    assertThat(collections).isZero();
  }

  @Test
  void look_largeHeap_isCollectedOnceItIsQuiet() {
    grow(600 * MIB);
    release.look();
    assertThat(collections).as("it has just grown").isZero();
    used += 5 * MIB;
    release.look();
    assertThat(collections).as("something goes on").isZero();
    release.look();
    assertThat(collections).isEqualTo(1);
    release.look();
    release.look();
    assertThat(collections).as("it is small now").isEqualTo(1);
  }

  @Test
  void look_largeHeapThatIsFull_isNotCollectedAgainAndAgain() {
    least = 500 * MIB;
    grow(600 * MIB);
    release.look();
    release.look();
    release.look();
    release.look();
    assertThat(collections).isEqualTo(1);

    grow(700 * MIB);
    release.look();
    release.look();
    assertThat(collections).as("it has grown since").isEqualTo(2);
  }
}
