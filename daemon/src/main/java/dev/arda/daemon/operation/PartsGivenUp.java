package dev.arda.daemon.operation;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Parts of an operation that nobody wants any more while the others go on: some may be given up
 * before the work has begun. Thread-safe.
 */
final class PartsGivenUp {

  /** Guarded by this. */
  private final Set<String> names = new LinkedHashSet<>();

  /** What the work does about it. Guarded by this. */
  private Optional<Consumer<String>> work = Optional.empty();

  /** Nobody wants a part any more. */
  void giveUp(String name) {
    Optional<Consumer<String>> now;
    synchronized (this) {
      names.add(name);
      now = work;
    }
    now.ifPresent(one -> one.accept(name));
  }

  /** The work can give up parts from now on. */
  void onGivenUp(Consumer<String> giveUp) {
    List<String> before;
    synchronized (this) {
      work = Optional.of(giveUp);
      before = List.copyOf(names);
    }
    before.forEach(giveUp);
  }
}
