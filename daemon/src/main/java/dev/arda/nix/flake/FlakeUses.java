package dev.arda.nix.flake;

import dev.arda.nix.types.NixOptions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Remembers which flakes were asked; the most recently used hundred. */
final class FlakeUses {

  private static final int LIMIT = 100;

  /** How many states of one flake are remembered, to be forgotten with it. */
  private static final int MAX_STATES = 500;

  private final Clock clock;

  /** By reference, least recently used first. Guarded by itself. */
  private final Map<String, Use> uses = new LinkedHashMap<>(16, 0.75f, true);

  FlakeUses(Clock clock) {
    this.clock = clock;
  }

  /**
   * How a flake was used.
   *
   * @param flake its state at the last question
   * @param options of the last question
   * @param identities of the states it was asked in, the oldest first
   * @param whyNotWarm why its evaluator was not kept, where that is so
   */
  record Use(
      LockedFlake flake,
      NixOptions options,
      Instant lastUsed,
      long hits,
      long evaluated,
      int running,
      List<String> identities,
      Optional<String> whyNotWarm) {

    private List<String> identitiesWith(String another) {
      var result = new LinkedHashSet<>(identities);
      result.add(another);
      return List.copyOf(result).subList(Math.max(0, result.size() - MAX_STATES), result.size());
    }
  }

  /** A question is asked; it is answered when the result is closed. */
  Asking asking(LockedFlake flake, NixOptions options) {
    synchronized (uses) {
      String ref = flake.state().flakeRef();
      Use old =
          uses.getOrDefault(
              ref, new Use(flake, options, clock.instant(), 0, 0, 0, List.of(), Optional.empty()));
      uses.put(
          ref,
          new Use(
              flake,
              options,
              clock.instant(),
              old.hits(),
              old.evaluated(),
              old.running() + 1,
              old.identitiesWith(flake.identity()),
              old.whyNotWarm()));
      if (uses.size() > LIMIT) {
        var eldest = uses.entrySet().iterator();
        eldest.next();
        eldest.remove();
      }
      return new Asking(ref);
    }
  }

  /** Most recently used first. */
  List<Use> list() {
    synchronized (uses) {
      return List.copyOf(new ArrayList<>(uses.values()).reversed());
    }
  }

  /** The states that a flake was asked in, as far as they are remembered. */
  List<String> identities(String ref) {
    synchronized (uses) {
      return uses.values().stream()
          .filter(use -> use.flake().state().flakeRef().equals(ref))
          .findFirst()
          .map(Use::identities)
          .orElse(List.of());
    }
  }

  /** Forgets a flake, or all of them, unless it is being asked. */
  void forget(Optional<String> ref) {
    synchronized (uses) {
      uses.values()
          .removeIf(use ->
              use.running() == 0
                  && ref.filter(wanted -> !wanted.equals(use.flake().state().flakeRef()))
                      .isEmpty());
    }
  }

  /** A question that is being answered. */
  final class Asking implements AutoCloseable {
    private final String ref;
    private long hits;
    private long evaluated;
    private Optional<String> whyNotWarm = Optional.empty();

    private Asking(String ref) {
      this.ref = ref;
    }

    /** A selector was answered from what was learnt. */
    void hit() {
      hits++;
    }

    /**
     * Selectors were put to Nix.
     *
     * @param reason why to a new process, where that is so
     */
    void evaluated(int selectors, Optional<String> reason) {
      evaluated += selectors;
      whyNotWarm = reason;
    }

    @Override
    public void close() {
      synchronized (uses) {
        uses.computeIfPresent(
            ref,
            (_, use) ->
                new Use(
                    use.flake(),
                    use.options(),
                    use.lastUsed(),
                    use.hits() + hits,
                    use.evaluated() + evaluated,
                    Math.max(0, use.running() - 1),
                    use.identities(),
                    evaluated > 0 ? whyNotWarm : use.whyNotWarm()));
      }
    }
  }
}
