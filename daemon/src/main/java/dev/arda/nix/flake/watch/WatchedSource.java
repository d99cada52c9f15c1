package dev.arda.nix.flake.watch;

import dev.arda.nix.flake.watch.CookieBarrier.Outcome;
import dev.arda.nix.flake.watch.CookieBarrier.Passage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One path or git tree: its version, and whether it is watched or scanned at this moment.
 *
 * <p>The version only grows. While watched, every relevant event raises it, and a barrier reports
 * what it is after the queue was drained. While scanned, a barrier reports the version of the last
 * scan if the new one is equal to it, else a new one. Losing the watches raises it and forgets the
 * last scan, so nothing known before is served again.
 */
final class WatchedSource implements WatchSet.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedSource.class);
  private static final Duration FIRST_DELAY = Duration.ofMillis(50);

  /** For what an edit may mend at any time, and what is cheap to try. */
  private static final Duration MISSING_DELAY = Duration.ofSeconds(1);

  private static final Duration STABLE = Duration.ofSeconds(5);
  private static final int MAX_DOUBLINGS = 10;
  private static final int MAX_TRIES = 5;

  private final long id;
  private final SourceSpec spec;
  private final WatchContext context;
  private final Scanner scanner;
  private final SharedRounds<Long> scans = new SharedRounds<>();
  private final AtomicLong version = new AtomicLong(1);
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final AtomicBoolean repairing = new AtomicBoolean();

  private volatile @Nullable WatchSet watches;
  private volatile String scanReason = "watches are being set up";
  private volatile boolean closed;
  private volatile long nextAttempt;
  private volatile Optional<Path> linked = Optional.empty();
  private final Audit audit;

  // Guarded by this.
  private Optional<Baseline> baseline = Optional.empty();
  private int doublings;
  private long activeSince;

  /** What a barrier found when it began. */
  record Entry(WatchedSource source, @Nullable WatchSet watches) {}

  WatchedSource(long id, SourceSpec spec, WatchContext context) {
    this.id = id;
    this.spec = spec;
    this.context = context;
    this.scanner = new Scanner(context.clock(), context.nanoTime());
    this.nextAttempt = context.now();
    this.audit = new Audit(context.settings().auditPause(), context.now());
  }

  SourceSpec spec() {
    return spec;
  }

  CompletableFuture<Void> ready() {
    return ready;
  }

  Token.Stamp current() {
    return new Token.Stamp(id, version.get());
  }

  WatchStatus status() {
    WatchSet set = watches;
    WatchMode mode =
        set != null
            ? new WatchMode.Watching(set.directories())
            : new WatchMode.Scanning(scanReason);
    return new WatchStatus(spec, mode, version.get());
  }

  /** First half of a barrier: how it stands at the time of the call. */
  Entry enter() {
    return new Entry(this, watches);
  }

  /** Second half: after the cookie of the entry's engine, where it had one. */
  Token.Stamp settle(Entry entry, Optional<Passage> passage) throws InterruptedException {
    WatchSet set = entry.watches();
    if (set != null && passage.filter(p -> p.outcome() == Outcome.DRAINED).isPresent()) {
      Optional<String> objection = set.verify(passage.get().mounts());
      if (objection.isPresent()) {
        set.lost(objection.get());
      } else {
        // Read before the check: a loss after it is a later change.
        long seen = version.get();
        if (watches == set && set.isActive()) {
          if (audit.begin(context.now()) && !context.execute(() -> look(set))) {
            audit.end(context.now());
          }
          return new Token.Stamp(id, seen);
        }
      }
    }
    if (set != null && passage.filter(p -> p.outcome() == Outcome.BROKEN).isPresent()) {
      set.lost("file changes could not be followed"); // No-op when the reason is known already.
    }
    if (closed) {
      throw new IllegalStateException("the watch of " + spec + " is closed");
    }
    requestRepair();
    return new Token.Stamp(id, scans.join(this::scanOnce));
  }

  /** One scan; runs in one thread at a time. */
  private long scanOnce() throws InterruptedException {
    Snapshot snapshot = scan();
    linked = snapshot.linked();
    synchronized (this) {
      Optional<Baseline> known = baseline.filter(b -> b.confirmedBy(snapshot));
      if (known.isPresent()) {
        return known.get().version();
      }
      Baseline fresh = Baseline.after(baseline, snapshot, version.incrementAndGet());
      baseline = Optional.of(fresh);
      return fresh.version();
    }
  }

  private Snapshot scan() throws InterruptedException {
    Layout layout = Layout.of(spec);
    Mounts mounts = Mounts.read();
    Snapshot snapshot = scanner.scan(layout, isLocal(layout, mounts));
    context.counters().scannedEntries.add(snapshot.entries());
    context.counters().scans.record(snapshot.took().toNanos());
    return snapshot;
  }

  /** One look of the audit. */
  private void look(WatchSet set) {
    try {
      long before = version.get();
      Snapshot snapshot = scan();
      if (watches != set || !set.isActive() || version.get() != before) {
        return;
      }
      if (snapshot.linked().isPresent()) {
        set.lost(unseen(snapshot.linked().get()));
      } else if (audit.take(snapshot, before) && version.compareAndSet(before, before + 1)) {
        LOG.debug("{} changed, and no event told of it", spec);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      audit.end(context.now());
    }
  }

  private static String unseen(Path file) {
    return file + " has another name (a hard link), through which it can be written unseen";
  }

  private static boolean isLocal(Layout layout, Mounts mounts) {
    return layout.regions().stream()
        .map(Layout.Region::root)
        .allMatch(root ->
            mounts.covering(root).filter(WatchedSource::isLocal).isPresent()
                && mounts.below(root).stream().allMatch(WatchedSource::isLocal));
  }

  private static boolean isLocal(Mounts.Mount mount) {
    return FileSystemKind.of(mount.type()) == FileSystemKind.LOCAL;
  }

  @Override
  public void changed() {
    version.incrementAndGet();
  }

  @Override
  public void lost(WatchSet set, String reason) {
    boolean active = watches == set;
    if (active) {
      watches = null;
      scanReason = reason;
    }
    context.counters().losses.increment();
    synchronized (this) {
      version.incrementAndGet();
      baseline = Optional.empty();
      if (active) {
        boolean stable = context.now() - activeSince > STABLE.toNanos();
        doublings = stable ? 0 : Math.min(doublings + 1, MAX_DOUBLINGS);
        nextAttempt =
            stable ? context.now() : context.now() + delay(context.settings().longestRetryDelay());
      }
    }
    LOG.debug("{} is scanned: {}", spec, reason);
    if (active && context.execute(set::end)) {
      requestRepair();
    }
  }

  /** The engine can no longer be trusted. */
  void engineFailed(Engine engine, String reason) {
    WatchSet set = watches;
    if (set != null && set.engine() == engine) {
      set.lost(reason);
    }
  }

  private long delay(Duration longest) {
    return Math.min(longest.toNanos(), FIRST_DELAY.toNanos() << doublings);
  }

  /** Has watches set up in the background, unless that is under way or was tried just now. */
  void requestRepair() {
    if (closed || watches != null || context.now() - nextAttempt < 0) {
      return;
    }
    if (repairing.compareAndSet(false, true)) {
      if (!context.execute(this::repair)) {
        repairing.set(false);
      }
    }
  }

  private void repair() {
    Duration longest = context.settings().longestRetryDelay();
    try {
      Layout layout = Layout.of(spec);
      String reason;
      if (layout.unwatchable().isPresent()) {
        reason = layout.unwatchable().get();
        longest = MISSING_DELAY;
      } else {
        reason = establish();
      }
      if (!reason.isEmpty()) {
        postpone(reason, longest);
      }
    } catch (IOException | RuntimeException e) {
      postpone("watches cannot be set up: " + e.getMessage(), longest);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      postpone("setting up watches was interrupted", longest);
    } finally {
      repairing.set(false);
      ready.complete(null);
    }
  }

  private void postpone(String reason, Duration longest) {
    synchronized (this) {
      doublings = Math.min(doublings + 1, MAX_DOUBLINGS);
      nextAttempt = context.now() + delay(longest);
    }
    scanReason = reason;
    LOG.debug("{} is scanned: {}", spec, reason);
  }

  /** Why there are no watches; empty: there are. */
  private String establish() throws IOException, InterruptedException {
    String reason = "";
    for (int attempt = 0; attempt < MAX_TRIES && !closed; attempt++) {
      if (linked.isPresent()) {
        return unseen(linked.get());
      }
      Engine engine = context.engine();
      Layout layout = Layout.of(spec);
      Mounts mounts = Mounts.read();
      for (Path root : layout.regions().stream().map(Layout.Region::root).toList()) {
        Optional<String> objection = engine.proof.objection(root, mounts);
        if (objection.isPresent()) {
          return objection.get();
        }
      }
      WatchSet set = new WatchSet(engine, spec, layout, mounts, this);
      if (install(set)) {
        return "";
      }
      reason = set.lossReason();
    }
    return reason.isEmpty() ? "it changed its shape while watches were set up" : reason;
  }

  private boolean install(WatchSet set) throws IOException, InterruptedException {
    boolean installed = false;
    try {
      if (set.establish()) {
        // Changes from here on raise events. If this scan equals the last, versions given out since
        // then stay good and nobody has to compute an identity again.
        scans.join(this::scanOnce);
        if (linked.isPresent()) {
          return false;
        }
        synchronized (this) {
          activeSince = context.now();
          baseline.ifPresent(scan -> audit.know(scan.digest(), scan.version()));
        }
        watches = set;
        installed = set.activate();
        if (installed && closed) {
          close();
        } else if (installed) {
          context.counters().establishments.increment();
        } else {
          watches = null;
        }
      }
      return installed;
    } finally {
      if (!installed) {
        set.end();
      }
    }
  }

  /** Releases the watches; barriers fail from now on. */
  void close() {
    closed = true;
    WatchSet set = watches;
    watches = null;
    if (set != null) {
      set.end();
    }
    ready.complete(null);
  }
}
