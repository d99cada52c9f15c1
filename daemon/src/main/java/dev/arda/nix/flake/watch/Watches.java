package dev.arda.nix.flake.watch;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All watched sources of a process. They share one event queue and one thread {@code arda-watch}; a
 * second thread sets up and cleans up, one source at a time. Callers decide how many watches they
 * keep open and close the others. Safe for use by any number of threads.
 *
 * <pre>{@code
 * try (Watches watches = Watches.open(WatchSettings.of(runtimeDirectory, List.of(cacheDirectory)));
 *     SourceWatch watch = watches.ofFlake(new SourceSpec.GitTree(worktree), flakeDirectory)) {
 *   Token token = watch.barrier();
 *   Identity identity = memo.computeIfAbsent(token, _ -> askNix());
 * }
 * }</pre>
 */
public final class Watches implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watches.class);

  private final WatchSettings settings;
  private final DirectoryEvents.Factory factory;
  private final WatchCounters counters = new WatchCounters();
  private final WatchContext context;
  private final ExecutorService background =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("arda-watch-setup").factory());

  private final Object mutex = new Object();
  // Guarded by mutex.
  private final Map<SourceSpec, Shared> sources = new HashMap<>();
  private @Nullable Engine engine;
  private long nextId = 1;
  private boolean closed;

  private static final class Shared {
    final WatchedSource source;
    int users;

    Shared(WatchedSource source) {
      this.source = source;
    }
  }

  Watches(
      WatchSettings settings,
      DirectoryEvents.Factory factory,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.settings = settings;
    this.factory = factory;
    this.context = new WatchContext(settings, counters, clock, nanoTime, background, this::engine);
  }

  /**
   * Opens a service on the machine's own events and clocks. Never fails: where no events are to be
   * had, sources are scanned.
   */
  public static Watches open(WatchSettings settings) {
    return new Watches(
        settings,
        () -> new JdkDirectoryEvents(FileSystems.getDefault()),
        InstantSource.system(),
        System::nanoTime);
  }

  /**
   * Observes a source. Returns at once; watches are set up in the background.
   *
   * @throws IllegalStateException when this service was closed
   */
  public SourceWatch of(SourceSpec spec) {
    List<SourceSpec> parts = new ArrayList<>();
    flatten(spec, parts);
    List<WatchedSource> leaves = new ArrayList<>();
    List<SourceSpec> fixed = new ArrayList<>();
    for (SourceSpec part : parts) {
      switch (part) {
        case SourceSpec.PathTree _, SourceSpec.GitTree _ -> leaves.add(acquire(part));
        case SourceSpec.Fixed _ -> fixed.add(part);
        case SourceSpec.All _ -> {}
      }
    }
    leaves.forEach(WatchedSource::requestRepair);
    return new CombinedWatch(this, leaves, fixed);
  }

  /**
   * Observes a flake together with the local inputs that its {@code flake.lock} follows, whatever
   * the lock says at each barrier.
   *
   * @param source the flake's source
   * @param flakeDirectory the directory that holds {@code flake.nix}
   */
  public SourceWatch ofFlake(SourceSpec source, Path flakeDirectory) {
    return switch (source) {
      case SourceSpec.Fixed _ -> of(source);
      case SourceSpec.PathTree _, SourceSpec.GitTree _, SourceSpec.All _ ->
          new FollowingWatch(this, source, flakeDirectory);
    };
  }

  /** What has been done so far. */
  public WatchMetrics metrics() {
    return counters.snapshot();
  }

  /** How many directories are registered with the kernel, shared ones counted once. */
  public int watchedDirectories() {
    Engine current;
    synchronized (mutex) {
      current = engine;
    }
    return current == null ? 0 : current.directories();
  }

  WatchCounters counters() {
    return counters;
  }

  long now() {
    return context.now();
  }

  private static void flatten(SourceSpec spec, List<SourceSpec> into) {
    if (spec instanceof SourceSpec.All all) {
      all.parts().stream()
          .sorted(Comparator.comparing(SourceSpec::toString))
          .forEach(part -> flatten(part, into));
    } else if (!into.contains(spec)) {
      into.add(spec);
    }
  }

  private WatchedSource acquire(SourceSpec spec) {
    synchronized (mutex) {
      if (closed) {
        throw new IllegalStateException("watches are closed");
      }
      Shared shared =
          sources.computeIfAbsent(spec, s -> new Shared(new WatchedSource(nextId++, s, context)));
      shared.users++;
      return shared.source;
    }
  }

  void release(WatchedSource source) {
    synchronized (mutex) {
      Shared shared = sources.get(source.spec());
      if (shared == null || shared.source != source || --shared.users > 0) {
        return;
      }
      sources.remove(source.spec());
    }
    source.close();
  }

  private Engine engine() throws IOException {
    synchronized (mutex) {
      if (closed) {
        throw new IOException("watches are closed");
      }
      Engine current = engine;
      if (current == null) {
        current = new Engine(factory, settings, counters, context.nanoTime(), this::engineFailed);
        engine = current;
      }
      return current;
    }
  }

  private void engineFailed(Engine failed, String reason) {
    List<WatchedSource> all;
    synchronized (mutex) {
      if (engine == failed) {
        engine = null;
      }
      all = sources.values().stream().map(shared -> shared.source).toList();
    }
    LOG.warn("File changes could not be followed ({}); sources are scanned meanwhile.", reason);
    all.forEach(source -> source.engineFailed(failed, reason));
    if (!context.execute(failed::close)) {
      failed.close();
    }
  }

  /** Ends all watches and threads; barriers under way end with an exception or a scan. */
  @Override
  public void close() {
    List<WatchedSource> all;
    Engine last;
    synchronized (mutex) {
      if (closed) {
        return;
      }
      closed = true;
      all = sources.values().stream().map(shared -> shared.source).toList();
      sources.clear();
      last = engine;
      engine = null;
    }
    background.shutdownNow();
    if (last != null) {
      last.close();
    }
    all.forEach(WatchedSource::close);
  }
}
