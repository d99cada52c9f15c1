package dev.arda.nix.flake;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.arda.nix.core.Latencies;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.eval.Evaluator;
import dev.arda.nix.flake.eval.WarmEvaluatorPool;
import dev.arda.nix.flake.watch.LocalSource;
import dev.arda.nix.flake.watch.SourceSpec;
import dev.arda.nix.flake.watch.SourceWatch;
import dev.arda.nix.flake.watch.Token;
import dev.arda.nix.flake.watch.WatchStatus;
import dev.arda.nix.flake.watch.Watches;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.FlakeRef;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Which state a flake is in, without asking Nix again while nothing has changed.
 *
 * <p>A state is remembered under the token of a watch that was taken before Nix was asked. A
 * question takes a new token, which accounts for every write that finished before it; only if the
 * tokens are equal is the remembered state the flake's. What cannot be watched is asked of Nix each
 * time: references to other machines, inputs that are overridden, impure questions, and whatever is
 * to be refreshed.
 *
 * <p>Safe for many threads. Of callers that ask for the same flake at the same time, one asks Nix
 * and the others wait for it.
 */
final class FlakeStates implements AutoCloseable {

  private static final int MAX_FLAKES = 256;

  private final NixCalls calls;
  private final Evaluator evaluator;
  private final Watches watches;
  private final Cache<Key, Entry> entries;
  private final LongAdder remembered = new LongAdder();
  private final Latencies asked = new Latencies();

  /**
   * Nothing is known yet.
   *
   * @param evaluator is told when a state is about to change, and when it is over
   */
  FlakeStates(NixCalls calls, Evaluator evaluator, Watches watches) {
    this.calls = calls;
    this.evaluator = evaluator;
    this.watches = watches;
    this.entries =
        Caffeine.newBuilder()
            .maximumSize(MAX_FLAKES)
            .executor(Runnable::run)
            .<Key, Entry>evictionListener((key, entry, cause) -> {
              if (entry != null) {
                entry.close();
              }
            })
            .build();
  }

  /**
   * What a state depends on beside the source.
   *
   * @param ref the reference
   * @param local where its source lies, links resolved: a link that is switched is another source
   * @param evaluation the caller's Nix and settings
   * @param options the caller's options
   */
  private record Key(String ref, LocalSource local, String evaluation, NixOptions options) {}

  /** The state of a flake, as of now. */
  LockedFlake locked(
      CallContext context, FlakeRef ref, String evaluation, ProgressListener progress) {
    Optional<LocalSource> local = watchable(context.options()) ? local(ref) : Optional.empty();
    if (local.isEmpty()) {
      return ask(context, ref, progress);
    }
    var key = new Key(ref.text(), local.get(), evaluation, context.options());
    for (int attempt = 0; attempt < 3; attempt++) {
      Entry entry =
          entries.get(
              key,
              missing ->
                  new Entry(watches.ofFlake(local.get().spec(), local.get().flakeDirectory())));
      try {
        return entry.locked(
            () -> {
              // An evaluator starts while Nix finds out what it is for.
              evaluator.expect(context);
              return ask(context, ref, progress);
            },
            this::over,
            remembered::increment);
      } catch (EntryClosed e) {
        // Evicted in between; the next one is new.
        entries.asMap().remove(key, entry);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandException(
            Reason.CANCELLED, "the question was given up", Details.NONE.with(e));
      }
    }
    return ask(context, ref, progress);
  }

  private LockedFlake ask(CallContext context, FlakeRef ref, ProgressListener progress) {
    long began = System.nanoTime();
    try {
      return calls.lock(context, ref, progress);
    } finally {
      asked.record(System.nanoTime() - began);
    }
  }

  /** Forgets the states of a flake, or of all of them. */
  void forget(Optional<String> flakeRef) {
    entries.asMap().entrySet().stream()
        .filter(entry -> flakeRef.filter(ref -> !ref.equals(entry.getKey().ref())).isEmpty())
        .forEach(entry -> entry.getValue().forget());
  }

  /** What was done since the start. */
  StateFigures figures() {
    return new StateFigures((int) entries.estimatedSize(), remembered.sum(), asked.snapshot());
  }

  /** A state is no more that of one flake; perhaps another one has the same. */
  private void over(LockedFlake old) {
    boolean shared =
        entries.asMap().values().stream()
            .flatMap(entry -> entry.memo.stream())
            .anyMatch(memo -> memo.flake().bindingJson().equals(old.bindingJson()));
    if (!shared) {
      evaluator.invalidate(WarmEvaluatorPool.stateOf(old.bindingJson()));
    }
  }

  /** How the sources of a flake are being observed; empty if they are not. */
  List<WatchStatus> status(String flakeRef) {
    return entries.asMap().entrySet().stream()
        .filter(entry -> entry.getKey().ref().equals(flakeRef))
        .findFirst()
        .map(entry -> entry.getValue().watch.status())
        .orElse(List.of());
  }

  @Override
  public void close() {
    entries.asMap().values().forEach(Entry::close);
    entries.invalidateAll();
  }

  private static boolean watchable(NixOptions options) {
    return options.inputOverrides().isEmpty() && !options.impure() && !options.refresh();
  }

  /** Where the source of a reference lies, if it lies here and may change. */
  private static Optional<LocalSource> local(FlakeRef ref) {
    try {
      if (ref.directory().isPresent()) {
        return Optional.of(LocalSource.of(ref.directory().get()));
      }
      String text = ref.text();
      if (text.startsWith("path:/") && text.indexOf('?') < 0 && text.indexOf('%') < 0) {
        Path root = Path.of(text.substring("path:".length())).toRealPath();
        return Optional.of(new LocalSource(new SourceSpec.PathTree(root), root, Optional.empty()));
      }
      if (text.startsWith("git+file:///") && !text.contains("rev=") && !text.contains("ref=")) {
        URI uri = new URI(text.substring("git+".length()));
        Path worktree = Path.of(uri.getPath()).toRealPath();
        String query = uri.getQuery() == null ? "" : uri.getQuery();
        if (Files.exists(worktree.resolve(".git")) && query.matches("(dir=[^&]*)?")) {
          Path flake = worktree.resolve(query.replaceFirst("dir=", "")).normalize();
          return Optional.of(
              new LocalSource(new SourceSpec.GitTree(worktree), flake, Optional.empty()));
        }
      }
      return Optional.empty();
    } catch (IOException | URISyntaxException | InvalidPathException e) {
      // Nix has the better words for what is wrong.
      return Optional.empty();
    }
  }

  /** Asks Nix. */
  private interface Ask {
    LockedFlake ask();
  }

  @SuppressWarnings("serial") // never leaves this class
  private static final class EntryClosed extends Exception {}

  /** One flake that is being watched, and its state at a token. */
  private static final class Entry {

    private final SourceWatch watch;

    /** Held while Nix is asked. */
    private final ReentrantLock asking = new ReentrantLock();

    private volatile Optional<Memo> memo = Optional.empty();

    private record Memo(Token token, LockedFlake flake) {}

    Entry(SourceWatch watch) {
      this.watch = watch;
    }

    /**
     * The state as of now.
     *
     * @param nix asks for it if it may be another one
     * @param over hears of the one before, if it is
     * @param whenRemembered runs if Nix need not be asked
     */
    LockedFlake locked(Ask nix, Consumer<LockedFlake> over, Runnable whenRemembered)
        throws InterruptedException, EntryClosed {
      Optional<LockedFlake> remembered = remembered(barrier());
      if (remembered.isPresent()) {
        whenRemembered.run();
        return remembered.get();
      }
      asking.lockInterruptibly();
      try {
        Token token = barrier();
        remembered = remembered(token);
        if (remembered.isPresent()) {
          whenRemembered.run();
          return remembered.get();
        }
        LockedFlake flake = nix.ask();
        Optional<Memo> before = memo;
        memo = Optional.of(new Memo(token, flake));
        before
            .map(Memo::flake)
            .filter(old -> !old.bindingJson().equals(flake.bindingJson()))
            .ifPresent(over);
        return flake;
      } finally {
        asking.unlock();
      }
    }

    /**
     * A state counts only while its tree is in the store: the garbage collector may have taken it.
     */
    private Optional<LockedFlake> remembered(Token token) {
      return memo.filter(known -> known.token().equals(token))
          .map(Memo::flake)
          .filter(flake -> Files.exists(Path.of(flake.state().storePath())));
    }

    private Token barrier() throws InterruptedException, EntryClosed {
      try {
        return watch.barrier();
      } catch (IllegalStateException e) {
        throw new EntryClosed();
      }
    }

    void forget() {
      memo = Optional.empty();
    }

    void close() {
      watch.close();
    }
  }
}
