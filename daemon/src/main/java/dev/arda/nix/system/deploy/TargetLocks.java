package dev.arda.nix.system.deploy;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Keeps two deployments of one daemon from one target. Thread-safe. */
public final class TargetLocks {

  /** Guarded by itself. */
  private final Set<String> taken = new HashSet<>();

  /** Lets a target go. */
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
    return Optional.of(() -> {
      synchronized (taken) {
        taken.remove(target);
      }
    });
  }
}
