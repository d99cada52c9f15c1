package dev.arda.daemon.operation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The clients that want an operation, and the ids by which they asked for it. Not thread-safe. */
final class Starters {

  private final Map<String, Integer> present = new HashMap<>();
  private final Set<String> everyone = new HashSet<>();

  /** Those who want it also when they have gone. */
  private final Set<String> lasting = new HashSet<>();

  /**
   * One more client wants it.
   *
   * @param starter who
   * @param survives whether it shall go on when this client has gone
   */
  void add(String starter, boolean survives) {
    everyone.add(starter);
    present.merge(starter, 1, Integer::sum);
    if (survives) {
      lasting.add(starter);
    }
  }

  /**
   * A client has gone.
   *
   * @return whether it was one of them
   */
  boolean remove(String starter) {
    if (!present.containsKey(starter)) {
      return false;
    }
    present.computeIfPresent(starter, (_, n) -> n == 1 ? null : n - 1);
    return true;
  }

  /**
   * A client does not want it any more, however often it asked for it.
   *
   * @return whether it was one of them
   */
  boolean withdraw(String starter) {
    boolean stays = lasting.remove(starter);
    return present.remove(starter) != null || stays;
  }

  /** How many clients want it. */
  int count() {
    return present.size();
  }

  /** Whether it is to go on: somebody wants it, here or gone. */
  boolean wantIt() {
    return !present.isEmpty() || !lasting.isEmpty();
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
