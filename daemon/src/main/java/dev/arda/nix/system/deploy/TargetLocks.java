package dev.arda.nix.system.deploy;

import dev.arda.nix.remote.SshTarget;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps two who change one target from each other, if one daemon works for both. A target is told
 * by its address and port, whoever logs in. Thread-safe.
 */
public final class TargetLocks {

  /** The port of a target that names none. */
  private static final int SSH_PORT = 22;

  /** Guarded by itself. */
  private final Set<Taken> taken = new HashSet<>();

  /** Lets a target go. Once: closing it again does nothing, whoever has the target then. */
  public interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * What somebody has.
   *
   * @param machine its address and port
   * @param root directory that stands for {@code /}; empty: all of the machine
   */
  private record Taken(String machine, Optional<String> root) {

    private boolean excludes(Taken other) {
      return machine.equals(other.machine)
          && (root.isEmpty() || other.root.isEmpty() || root.equals(other.root));
    }
  }

  /**
   * Takes a system; empty: somebody has it, or all of its machine.
   *
   * @param root directory that stands for {@code /} on the target; empty: {@code /} itself
   */
  Optional<Held> tryTake(SshTarget target, String root) {
    return tryTake(new Taken(machine(target), Optional.of(root)));
  }

  /** Takes a machine, disks and all; empty: somebody has something of it. */
  public Optional<Held> tryTakeAll(SshTarget target) {
    return tryTake(new Taken(machine(target), Optional.empty()));
  }

  private static String machine(SshTarget target) {
    return target.host().toLowerCase(Locale.ROOT) + " " + target.port().orElse(SSH_PORT);
  }

  private Optional<Held> tryTake(Taken wanted) {
    synchronized (taken) {
      if (taken.stream().anyMatch(wanted::excludes)) {
        return Optional.empty();
      }
      taken.add(wanted);
    }
    var closed = new AtomicBoolean();
    return Optional.of(() -> {
      if (closed.compareAndSet(false, true)) {
        synchronized (taken) {
          taken.remove(wanted);
        }
      }
    });
  }
}
