package dev.arda.nix.flake.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells a caller when the consumer has applied all events of writes that finished before the call.
 *
 * <p>A caller joins the batch that has no cookie yet, or opens one. The one who opened it creates
 * the cookie once the previous cookie was created; from that moment the batch takes no more
 * callers, for they must not use a cookie older than themselves. The consumer marks a batch as seen
 * when the cookie's event arrives and releases it when the queue is found empty: the JDK queues
 * directories by their first pending event, so an earlier event may lie behind the cookie.
 */
final class CookieBarrier {
  private static final FileAttribute<?> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** How a wait ended. */
  enum Outcome {
    /** Every earlier write is accounted for. */
    DRAINED,
    /** The queue did not become empty in time; watches are intact. */
    STORM,
    /** Watches can no longer be trusted. */
    BROKEN
  }

  /**
   * A wait that ended.
   *
   * @param outcome how
   * @param mounts the mount table, read after all callers of the batch had arrived
   */
  record Passage(Outcome outcome, Mounts mounts) {}

  private static final class Batch {
    final CompletableFuture<Passage> passage = new CompletableFuture<>();
    volatile boolean seen;
    String cookie = "";
    volatile Mounts mounts = new Mounts("");
    long seenAt;

    void release(Outcome outcome) {
      passage.complete(new Passage(outcome, mounts));
    }
  }

  private final Path directory;
  private final String prefix;
  private final Duration timeout;
  private final Duration bound;
  private final WatchCounters counters;
  private final LongSupplier nanoTime;
  private final Consumer<String> onBroken;

  /** Held while a cookie is created; orders batches. */
  private final ReentrantLock creation = new ReentrantLock();

  private final Object mutex = new Object();
  // Guarded by mutex.
  private @Nullable Batch gathering;
  private final Map<String, Batch> outstanding = new HashMap<>();
  private long serial;
  private boolean ended;

  /** Batches whose cookie was seen; touched only by the consumer thread. */
  private final List<Batch> seen = new ArrayList<>();

  CookieBarrier(
      WatchSettings settings,
      WatchCounters counters,
      LongSupplier nanoTime,
      Consumer<String> onBroken)
      throws IOException {
    directory = settings.runtimeDirectory().resolve("cookies");
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, PRIVATE_DIRECTORY);
    }
    byte[] random = new byte[8];
    new SecureRandom().nextBytes(random);
    prefix = HexFormat.of().formatHex(random) + "-";
    timeout = settings.cookieTimeout();
    bound = settings.drainBound();
    this.counters = counters;
    this.nanoTime = nanoTime;
    this.onBroken = onBroken;
  }

  Path directory() {
    return directory;
  }

  /** Waits; the outcome is never late by more than the two time limits together. */
  Passage await() throws InterruptedException {
    Batch batch;
    boolean first;
    synchronized (mutex) {
      if (ended) {
        return new Passage(Outcome.BROKEN, new Mounts(""));
      }
      Batch open = gathering;
      first = open == null;
      batch = open == null ? new Batch() : open;
      gathering = batch;
    }
    if (first) {
      create(batch);
    }
    try {
      try {
        return batch.passage.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException _) {
        if (batch.seen) {
          return batch.passage.get(bound.toNanos(), TimeUnit.NANOSECONDS);
        }
      }
    } catch (TimeoutException _) {
      // The consumer is busy applying events.
      counters.storms.increment();
      return new Passage(Outcome.STORM, batch.mounts);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    synchronized (mutex) {
      outstanding.remove(batch.cookie);
    }
    counters.lateCookies.increment();
    onBroken.accept("a cookie was not seen within " + timeout.toMillis() + " ms");
    return new Passage(Outcome.BROKEN, batch.mounts);
  }

  private void create(Batch batch) {
    creation.lock();
    try {
      Path cookie;
      synchronized (mutex) {
        gathering = null;
        if (ended) {
          batch.release(Outcome.BROKEN);
          return;
        }
        batch.cookie = prefix + serial++;
        cookie = directory.resolve(batch.cookie);
        outstanding.put(batch.cookie, batch);
      }
      batch.mounts = Mounts.read();
      Files.createFile(cookie, PRIVATE_FILE);
      Files.deleteIfExists(cookie);
      counters.cookies.increment();
    } catch (IOException | RuntimeException e) {
      onBroken.accept("a cookie could not be created: " + e);
      batch.release(Outcome.BROKEN);
    } finally {
      creation.unlock();
    }
  }

  /** Consumer: the event of a file in the cookie directory. Files of others are ignored. */
  void seen(Path name) {
    Batch batch;
    synchronized (mutex) {
      batch = outstanding.get(name.toString());
    }
    if (batch != null && !batch.seen) {
      batch.seenAt = nanoTime.getAsLong();
      batch.seen = true;
      seen.add(batch);
    }
  }

  /** Consumer: whether someone waits for the queue to become empty. */
  boolean anySeen() {
    return !seen.isEmpty();
  }

  /** Consumer: the queue is empty. */
  void releaseDrained() {
    release(Outcome.DRAINED);
  }

  /** Consumer: sends those to scan who have waited too long for an empty queue. */
  void releaseOverdue() {
    if (!seen.isEmpty() && nanoTime.getAsLong() - seen.getFirst().seenAt > bound.toNanos()) {
      counters.storms.add(seen.size());
      release(Outcome.STORM);
    }
  }

  private void release(Outcome outcome) {
    synchronized (mutex) {
      seen.forEach(batch -> outstanding.remove(batch.cookie));
    }
    seen.forEach(batch -> batch.release(outcome));
    seen.clear();
  }

  /** Releases everyone, now and in future, as broken. */
  void end() {
    List<Batch> all;
    synchronized (mutex) {
      ended = true;
      all = new ArrayList<>(outstanding.values());
      outstanding.clear();
    }
    all.forEach(batch -> batch.release(Outcome.BROKEN));
  }
}
