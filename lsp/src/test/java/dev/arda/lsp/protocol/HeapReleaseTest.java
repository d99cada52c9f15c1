package dev.arda.lsp.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class HeapReleaseTest {

  private final AtomicLong size = new AtomicLong();
  private final AtomicLong used = new AtomicLong();
  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger collections = new AtomicInteger();
  private final ArrayDeque<Runnable> later = new ArrayDeque<>();
  private long afterCollection = HeapRelease.SMALL;
  private final HeapRelease heap =
      new HeapRelease(
          size::get,
          used::get,
          now::get,
          () -> {
            collections.incrementAndGet();
            size.set(afterCollection);
          },
          (_, task) -> later.add(task));

  private void quiet() {
    now.addAndGet(HeapRelease.QUIET.toNanos());
    later.remove().run();
  }

  @Test
  void smallHeap_isNotEvenLookedAt() {
    size.set(HeapRelease.SMALL);

    heap.said();

    assertThat(later).isEmpty();
  }

  @Test
  void heapThatHasGrown_isCollectedOnceNothingIsSaid() {
    size.set(HeapRelease.SMALL + 1);
    heap.said();
    size.set(HeapRelease.ENOUGH + 1);
    heap.said();
    assertThat(later).hasSize(1);

    now.addAndGet(HeapRelease.QUIET.toNanos() - 1);
    later.remove().run();
    assertThat(collections).hasValue(0);
    assertThat(later).hasSize(1);

    quiet();
    assertThat(collections).hasValue(1);
    assertThat(later).isEmpty();
  }

  @Test
  void heapThatIsInUse_isNotCollectedAgain() {
    afterCollection = HeapRelease.ENOUGH + 5;
    size.set(HeapRelease.ENOUGH + 10);
    heap.said();
    quiet();

    heap.said();
    quiet();
    assertThat(collections).hasValue(1);

    size.set(HeapRelease.ENOUGH + 6);
    heap.said();
    quiet();
    assertThat(collections).hasValue(2);
  }

  @Test
  void workThatNobodyHearsOf_isLookedAfterUntilItHasEnded() {
    size.set(HeapRelease.SMALL + 1);
    heap.said();
    used.set(HeapRelease.NOTHING + 1);
    quiet();
    assertThat(collections).hasValue(0);

    size.set(HeapRelease.ENOUGH + 1);
    used.addAndGet(HeapRelease.NOTHING + 1);
    quiet();
    assertThat(collections).hasValue(1);

    quiet();
    assertThat(collections).hasValue(1);
    assertThat(later).isEmpty();
  }
}
