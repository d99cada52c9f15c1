package dev.arda.lsp.protocol;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Gives memory back to the system once nobody types any more. Java lets its heap grow to its limit
 * before it collects what long texts leave behind, and keeps it when nothing is asked: so what is
 * left is collected in the first quiet after the heap has grown. How much is given back is the
 * matter of Java's flags ({@code bin/arda}); the collection takes some 50 ms.
 *
 * <p>Thread-safe. While nothing is said and nothing is worked on it does nothing at all.
 */
public final class HeapRelease {

  /** A heap that takes no more than this stays as it is; in bytes. */
  static final long ENOUGH = 56L << 20;

  /** What it takes at the start, and a little; in bytes. Below it nothing is even looked at. */
  static final long SMALL = 30L << 20;

  /** How long nothing must have been said. */
  static final Duration QUIET = Duration.ofSeconds(2);

  /** From one look to the next while something is worked on that nobody hears of. */
  static final Duration INTERVAL = Duration.ofSeconds(10);

  /** Less than this from one look to the next is no work; in bytes. */
  static final long NOTHING = 1L << 20;

  private final LongSupplier size;
  private final LongSupplier used;
  private final LongSupplier nanoTime;
  private final Runnable collection;
  private final BiConsumer<Duration, Runnable> later;

  private long last; // guarded by this
  private boolean waiting; // guarded by this
  private long seen; // guarded by this

  /** What the heap took after the last collection: no more than that is not worth another. */
  private long kept = ENOUGH; // guarded by this

  /**
   * A watch over a heap.
   *
   * @param size what it takes, in bytes
   * @param used what is in it, in bytes
   * @param nanoTime a clock, in nanoseconds
   * @param collection collects garbage before it returns
   * @param later runs a task after some time
   */
  HeapRelease(
      LongSupplier size,
      LongSupplier used,
      LongSupplier nanoTime,
      Runnable collection,
      BiConsumer<Duration, Runnable> later) {
    this.size = size;
    this.used = used;
    this.nanoTime = nanoTime;
    this.collection = collection;
    this.later = later;
  }

  /** A watch over the heap of this process. */
  public static HeapRelease ofProcess() {
    var runtime = Runtime.getRuntime();
    return new HeapRelease(
        runtime::totalMemory,
        () -> runtime.totalMemory() - runtime.freeMemory(),
        System::nanoTime,
        System::gc,
        (time, task) ->
            CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)
                .execute(task));
  }

  /** Something was said, by the editor or to it. */
  public synchronized void said() {
    last = nanoTime.getAsLong();
    if (!waiting && size.getAsLong() > SMALL) {
      waiting = true;
      later.accept(QUIET, this::look);
    }
  }

  private synchronized void look() {
    if (nanoTime.getAsLong() - last < QUIET.toNanos()) {
      later.accept(QUIET, this::look);
      return;
    }
    if (size.getAsLong() > kept) {
      collection.run();
      kept = Math.max(ENOUGH, size.getAsLong());
    }
    long now = used.getAsLong();
    waiting = Math.abs(now - seen) > NOTHING;
    seen = now;
    if (waiting) {
      later.accept(INTERVAL, this::look);
    }
  }
}
