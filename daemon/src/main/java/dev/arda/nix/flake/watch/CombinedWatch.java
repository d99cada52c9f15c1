package dev.arda.nix.flake.watch;

import dev.arda.nix.flake.watch.CookieBarrier.Passage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A fixed set of sources behind one cookie. */
final class CombinedWatch implements SourceWatch {
  private final Watches owner;
  private final List<WatchedSource> sources;
  private final List<SourceSpec> fixed;
  private final AtomicBoolean closed = new AtomicBoolean();

  CombinedWatch(Watches owner, List<WatchedSource> sources, List<SourceSpec> fixed) {
    this.owner = owner;
    this.sources = List.copyOf(sources);
    this.fixed = List.copyOf(fixed);
  }

  @Override
  public Token barrier() throws InterruptedException {
    long started = owner.now();
    Token token = pass();
    if (sources.isEmpty()) {
      return token;
    }
    owner.counters().barriers.record(owner.now() - started);
    return token;
  }

  private Token pass() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (closed.get()) {
      throw new IllegalStateException("the watch is closed");
    }
    List<WatchedSource.Entry> entries = sources.stream().map(WatchedSource::enter).toList();
    Map<Engine, Passage> passages = new HashMap<>();
    for (WatchedSource.Entry entry : entries) {
      WatchSet set = entry.watches();
      if (set != null && !passages.containsKey(set.engine())) {
        passages.put(set.engine(), set.engine().cookies.await());
      }
    }
    List<Token.Stamp> stamps = new ArrayList<>();
    for (WatchedSource.Entry entry : entries) {
      WatchSet set = entry.watches();
      Optional<Passage> passage =
          set == null ? Optional.empty() : Optional.ofNullable(passages.get(set.engine()));
      stamps.add(entry.source().settle(entry, passage));
    }
    return new Token(stamps);
  }

  @Override
  public Token current() {
    return new Token(sources.stream().map(WatchedSource::current).toList());
  }

  @Override
  public List<WatchStatus> status() {
    List<WatchStatus> all = new ArrayList<>();
    sources.forEach(source -> all.add(source.status()));
    fixed.forEach(spec -> all.add(new WatchStatus(spec, new WatchMode.Unchanging(), 0)));
    return all;
  }

  @Override
  public CompletableFuture<Void> ready() {
    return CompletableFuture.allOf(
        sources.stream().map(WatchedSource::ready).toArray(CompletableFuture<?>[]::new));
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      sources.forEach(owner::release);
    }
  }
}
