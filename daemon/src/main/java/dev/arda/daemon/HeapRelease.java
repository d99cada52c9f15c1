package dev.arda.daemon;

import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives memory back to the system that a long answer has taken. Java keeps what its heap has grown
 * to until it collects garbage, and a daemon that nobody asks makes none: so it is collected once
 * when the heap is large and has been quiet for a while. How much is given back is the matter of
 * Java's flags ({@code bin/arda}); the time it takes, some 200 ms, falls into the quiet.
 */
final class HeapRelease {

  /** A heap that takes no more than this stays as it is; in bytes. */
  static final long ENOUGH = 256L << 20;

  /** Less than this in {@link #INTERVAL} is quiet; in bytes. */
  static final long QUIET = 4L << 20;

  /** From one look to the next. */
  static final Duration INTERVAL = Duration.ofSeconds(20);

  private static final Logger LOG = LoggerFactory.getLogger(HeapRelease.class);

  private final Supplier<MemoryUsage> heap;
  private final Runnable collection;

  /** What the heap held at the last look. */
  private long seen;

  /** What it took after the last collection: if that was no less, another one is in vain. */
  private long kept = ENOUGH;

  /**
   * A watch over a heap.
   *
   * @param heap tells what it holds and takes, in bytes
   * @param collection collects its garbage before it returns
   */
  HeapRelease(Supplier<MemoryUsage> heap, Runnable collection) {
    this.heap = heap;
    this.collection = collection;
  }

  /** Begins to look. */
  void start(ScheduledExecutorService timer) {
    var every = INTERVAL.toSeconds();
    var _ = timer.scheduleWithFixedDelay(this::look, every, every, TimeUnit.SECONDS);
  }

  /** Collects if the heap takes more than it should and has been quiet since the last look. */
  void look() {
    var now = heap.get();
    boolean quiet = Math.abs(now.getUsed() - seen) < QUIET;
    seen = now.getUsed();
    if (!quiet || now.getCommitted() <= kept) {
      return;
    }
    collection.run();
    var after = heap.get();
    seen = after.getUsed();
    kept = Math.max(ENOUGH, after.getCommitted());
    LOG.debug(
        "The heap takes {} MiB, before {}", after.getCommitted() >> 20, now.getCommitted() >> 20);
  }
}
