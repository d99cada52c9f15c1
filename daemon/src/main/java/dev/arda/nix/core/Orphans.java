package dev.arda.nix.core;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Ends builders that a Nix left behind. Builders have sessions of their own, so that they outlive a
 * Nix that was killed; one that ends by itself takes them along. While it runs, the processes below
 * this one are noted; of those, the ones that have lost their parent are ended with all below them.
 * (Where a Nix daemon builds, they are that one's, which ends them.)
 *
 * <p>Thread-safe.
 */
public final class Orphans implements AutoCloseable {

  private static final long INTERVAL_NANOS = Duration.ofMillis(500).toNanos();

  private final Signals signals;
  private final LongSupplier nanoTime;
  private final AtomicLong next;
  private final AtomicBoolean later = new AtomicBoolean();
  private final Set<ProcessHandle> seen = ConcurrentHashMap.newKeySet();

  Orphans(Signals signals, LongSupplier nanoTime) {
    this.signals = signals;
    this.nanoTime = nanoTime;
    this.next = new AtomicLong(nanoTime.getAsLong());
  }

  /** Nothing was noted yet. */
  public static Orphans watching() {
    return new Orphans(Signals.system(), System::nanoTime);
  }

  /** Notes what runs, now or soon: twice a second, so that it may be called for every line. */
  public void note() {
    var now = nanoTime.getAsLong();
    var due = next.get();
    if (now - due < 0) {
      if (later.compareAndSet(false, true)) {
        CompletableFuture.delayedExecutor(due - now, TimeUnit.NANOSECONDS).execute(this::noteLater);
      }
    } else if (next.compareAndSet(due, now + INTERVAL_NANOS)) {
      ProcessHandle.current().descendants().forEach(seen::add);
    }
  }

  private void noteLater() {
    later.set(false);
    note();
  }

  /** Ends those whose parent is gone; returns when they were told. */
  @Override
  public void close() {
    var own = ProcessHandle.current().descendants().toList();
    for (var process : seen) {
      if (process.isAlive() && !own.contains(process)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        // A builder leads a group; whatever has left the tree is still in it.
        signals.send(-process.pid(), Signals.KILL);
      }
    }
    seen.clear();
  }
}
