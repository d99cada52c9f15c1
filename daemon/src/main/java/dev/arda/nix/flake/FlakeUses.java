package dev.arda.nix.flake;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Remembers which flakes were asked; the most recently used hundred. */
final class FlakeUses {

  private static final int LIMIT = 100;

  private final Clock clock;

  /** By reference, least recently used first. Guarded by itself. */
  private final Map<String, Use> uses = new LinkedHashMap<>(16, 0.75f, true);

  FlakeUses(Clock clock) {
    this.clock = clock;
  }

  /** An evaluation begins; it ends when the result is closed. */
  Evaluation evaluating(FlakeState state, int selectors) {
    synchronized (uses) {
      Use use = uses.computeIfAbsent(state.flakeRef(), ref -> new Use(state, clock.instant()));
      use.state = state;
      use.lastUsed = clock.instant();
      use.selectors += selectors;
      use.running++;
      if (uses.size() > LIMIT) {
        var eldest = uses.entrySet().iterator();
        eldest.next();
        eldest.remove();
      }
      return () -> {
        synchronized (uses) {
          use.running--;
        }
      };
    }
  }

  /** Most recently used first. */
  List<FlakeUse> list() {
    synchronized (uses) {
      var result = new ArrayList<FlakeUse>();
      uses.values()
          .forEach(
              use -> result.add(new FlakeUse(use.state, use.lastUsed, use.selectors, use.running)));
      return List.copyOf(result.reversed());
    }
  }

  /** A running evaluation. */
  interface Evaluation extends AutoCloseable {
    @Override
    void close();
  }

  private static final class Use {
    private FlakeState state;
    private Instant lastUsed;
    private long selectors;
    private int running;

    Use(FlakeState state, Instant lastUsed) {
      this.state = state;
      this.lastUsed = lastUsed;
    }
  }
}
