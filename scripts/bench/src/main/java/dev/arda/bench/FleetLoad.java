package dev.arda.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Has a daemon evaluate a whole fleet again and again, each time in a state that nobody asked about
 * before: so nothing of it is known, and all processors have work until this is closed.
 */
final class FleetLoad implements AutoCloseable {

  private static final String QUESTION = "nixosConfigurations.*.config.system.digest";

  private final Side side;
  private final FleetFlake fleet;
  private final AtomicInteger evaluated = new AtomicInteger();
  private final Background evaluations;

  private FleetLoad(Side side, FleetFlake fleet) {
    this.side = side;
    this.fleet = fleet;
    this.evaluations = Background.start("evaluating a fleet", this::evaluate);
  }

  /**
   * Begins, and returns when the fleet was evaluated once: the daemon has its evaluators then.
   *
   * @param fleet edited by this only
   */
  static FleetLoad start(Side side, FleetFlake fleet) {
    var load = new FleetLoad(side, fleet);
    while (load.evaluated() == 0 && load.evaluations.isAlive()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    return load;
  }

  private void evaluate() throws IOException, InterruptedException {
    fleet.editSite(evaluated() + 1);
    var _ = side.select(fleet.directory(), QUESTION);
    evaluated.incrementAndGet();
  }

  /** How often the whole fleet was evaluated until now. */
  int evaluated() {
    return evaluated.get();
  }

  /**
   * Lets the last evaluation come to its end.
   *
   * @throws IllegalStateException if there was no load all the time
   */
  @Override
  public void close() {
    evaluations.close();
  }
}
