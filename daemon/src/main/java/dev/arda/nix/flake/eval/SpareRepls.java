package dev.arda.nix.flake.eval;

import dev.arda.nix.flake.eval.Repl.NotStarted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;

/**
 * Processes that were started before it was known which state of a flake they will serve, so that
 * their start does not have to be waited for. One for each kind of caller, few in all.
 *
 * <p>Thread-safe.
 */
final class SpareRepls implements AutoCloseable {

  private static final int MOST = 2;

  private final LongSupplier nanoTime;

  /** The oldest first; guarded by this. */
  private final SequencedMap<ReplLauncher.Identity, Spare> spares = new LinkedHashMap<>();

  private boolean closed;

  /**
   * None yet.
   *
   * @param nanoTime a clock without an epoch
   */
  SpareRepls(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  private record Spare(CompletableFuture<Optional<Repl>> repl, long since) {
    void end() {
      var _ = repl.thenAccept(started -> started.ifPresent(Repl::close));
    }
  }

  /** Starts a process. */
  interface Starter {
    /** One that is ready. */
    Repl start() throws NotStarted, InterruptedException;
  }

  /** Starts one for a kind of caller unless there is one. Does not wait. */
  void prepare(ReplLauncher.Identity identity, Starter starter) {
    var spare = new Spare(new CompletableFuture<>(), nanoTime.getAsLong());
    var tooMany = new ArrayList<Spare>();
    synchronized (this) {
      if (closed || spares.containsKey(identity)) {
        return;
      }
      spares.put(identity, spare);
      while (spares.size() > MOST) {
        tooMany.add(spares.pollFirstEntry().getValue());
      }
    }
    tooMany.forEach(Spare::end);
    Thread.ofVirtual()
        .name("evaluator-spare")
        .start(() -> {
          Optional<Repl> started = Optional.empty();
          try {
            started = Optional.of(starter.start());
          } catch (NotStarted | InterruptedException | RuntimeException e) {
            // Whoever needs one will meet the same failure and tell it.
            forget(identity, spare);
          } finally {
            spare.repl().complete(started);
          }
        });
  }

  private synchronized void forget(ReplLauncher.Identity identity, Spare spare) {
    spares.remove(identity, spare);
  }

  /** The one for a kind of caller, which is no spare then; waits for its start. */
  Optional<Repl> take(ReplLauncher.Identity identity) throws InterruptedException {
    Spare spare;
    synchronized (this) {
      spare = spares.remove(identity);
    }
    if (spare == null) {
      return Optional.empty();
    }
    try {
      Optional<Repl> repl = spare.repl().get();
      if (repl.isPresent() && !repl.get().ready()) {
        repl.get().close();
        return Optional.empty();
      }
      return repl;
    } catch (InterruptedException e) {
      spare.end();
      throw e;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Bytes of memory of all of them. */
  synchronized long resident(ProcessMemory memory) {
    return spares.values().stream()
        .flatMap(spare -> spare.repl().getNow(Optional.empty()).stream())
        .mapToLong(repl -> memory.resident(repl.pid()))
        .sum();
  }

  /** Ends those that nobody needed for so long. */
  void sweep(long nanos) {
    List<Spare> old = new ArrayList<>();
    synchronized (this) {
      long now = nanoTime.getAsLong();
      spares
          .values()
          .removeIf(spare -> {
            boolean over = now - spare.since() > nanos;
            if (over) {
              old.add(spare);
            }
            return over;
          });
    }
    old.forEach(Spare::end);
  }

  @Override
  public void close() {
    List<Spare> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(spares.values());
      spares.clear();
    }
    all.forEach(Spare::end);
  }
}
