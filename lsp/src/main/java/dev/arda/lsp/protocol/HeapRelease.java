package dev.arda.lsp.protocol;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Gives memory back to the system once nobody types any more. Java lets its heap grow to its limit
 * before it collects what long texts leave behind, and keeps it when nothing is asked: so what is
 * left is collected in the first quiet after the heap has grown. How much is given back is the
 * matter of Java's flags ({@code bin/arda}); the collection takes some 50 ms.
 *
 * <p>Thread-safe. While nothing is said it does nothing at all.
 */
public final class HeapRelease {

  /** A heap that takes no more than this stays as it is; in bytes. */
  static final long ENOUGH = 56L << 20;

  /** What it takes at the start, and a little; in bytes. Below it nothing is even looked at. */
  static final long SMALL = 30L << 20;

  /** How long nothing must have been said. */
  static final Duration QUIET = Duration.ofSeconds(2);

  private final LongSupplier size;
  private final LongSupplier nanoTime;
  private final Runnable collection;
  private final Executor later;

  private long last; // guarded by this
  private boolean waiting; // guarded by this

  /** What the heap took after the last collection: no more than that is not worth another. */
  private long kept = ENOUGH; // guarded by this

  /**
   * A watch over a heap.
   *
   * @param size what it takes, in bytes
   * @param nanoTime a clock, in nanoseconds
   * @param collection collects garbage before it returns
   * @param later runs a task after {@link #QUIET}
   */
  HeapRelease(LongSupplier size, LongSupplier nanoTime, Runnable collection, Executor later) {
    this.size = size;
    this.nanoTime = nanoTime;
    this.collection = collection;
    this.later = later;
  }

  /** A watch over the heap of this process. */
  public static HeapRelease ofProcess() {
    return new HeapRelease(
        Runtime.getRuntime()::totalMemory,
        System::nanoTime,
        System::gc,
        CompletableFuture.delayedExecutor(QUIET.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** Something was said, by the editor or to it. */
  public synchronized void said() {
    last = nanoTime.getAsLong();
    if (!waiting && size.getAsLong() > SMALL) {
      waiting = true;
      later.execute(this::look);
    }
  }

  private synchronized void look() {
    if (nanoTime.getAsLong() - last < QUIET.toNanos()) {
      later.execute(this::look);
      return;
    }
    waiting = false;
    if (size.getAsLong() > kept) {
      collection.run();
      kept = Math.max(ENOUGH, size.getAsLong());
    }
  }
}
