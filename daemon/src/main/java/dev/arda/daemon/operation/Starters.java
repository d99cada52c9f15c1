package dev.arda.daemon.operation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The clients that want an operation, and the ids by which they asked for it. Not thread-safe. */
final class Starters {

  private final Map<String, Integer> present = new HashMap<>();
  private final Set<String> everyone = new HashSet<>();
  private boolean dispensable;

  /**
   * One more client wants it.
   *
   * @param starter who
   * @param survives whether it shall go on without clients from now on
   */
  void add(String starter, boolean survives) {
    everyone.add(starter);
    present.merge(starter, 1, Integer::sum);
    dispensable |= survives;
  }

  /**
   * A client does not want it any more.
   *
   * @param entirely however often it asked for it
   * @return whether it was one of them
   */
  boolean remove(String starter, boolean entirely) {
    if (!present.containsKey(starter)) {
      return false;
    }
    present.computeIfPresent(starter, (_, n) -> entirely || n == 1 ? null : n - 1);
    return true;
  }

  /** How many clients want it. */
  int count() {
    return present.size();
  }

  /** Whether it is to go on: somebody wants it, or it goes on without clients. */
  boolean wantIt() {
    return !present.isEmpty() || dispensable;
  }

  /** Whether a client ever asked for it with this id. */
  boolean asked(String id) {
    return everyone.contains(id);
  }

  /** The ids that clients chose. */
  Set<String> requestIds() {
    var result = new HashSet<>(everyone);
    result.removeIf(id -> id.startsWith(Operations.ANONYMOUS));
    return result;
  }
}
