package dev.arda.nix.system.deploy;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** Keeps two deployments of one daemon from one target. Thread-safe. */
public final class TargetLocks {

  /** Guarded by itself. */
  private final Set<String> taken = new HashSet<>();

  /** Lets a target go. Once: closing it again does nothing, whoever has the target then. */
  public interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /** Takes a target; empty: somebody has it. */
  public Optional<Held> tryTake(String target) {
    synchronized (taken) {
      if (!taken.add(target)) {
        return Optional.empty();
      }
    }
    var closed = new AtomicBoolean();
    return Optional.of(() -> {
      if (closed.compareAndSet(false, true)) {
        synchronized (taken) {
          taken.remove(target);
        }
      }
    });
  }
}
