package dev.arda.bench;

import java.io.IOException;
import java.util.Optional;
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
  private final Thread thread;
  private final AtomicInteger evaluated = new AtomicInteger();
  private volatile boolean done;
  private volatile Optional<Exception> failure = Optional.empty();

  private FleetLoad(Side side, FleetFlake fleet) {
    this.side = side;
    this.fleet = fleet;
    this.thread = Thread.ofPlatform().name("fleet-load").unstarted(this::evaluate);
  }

  /**
   * Begins, and returns when the fleet was evaluated once: the daemon has its evaluators then.
   *
   * @param fleet edited by this only
   */
  static FleetLoad start(Side side, FleetFlake fleet) {
    var load = new FleetLoad(side, fleet);
    load.thread.start();
    while (load.evaluated() == 0 && load.thread.isAlive()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    return load;
  }

  private void evaluate() {
    try {
      for (int revision = 1; !done; revision++) {
        fleet.editSite(revision);
        var _ = side.select(fleet.directory(), QUESTION);
        evaluated.incrementAndGet();
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      failure = Optional.of(e);
    }
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
    done = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    if (failure.isPresent()) {
      throw new IllegalStateException("the fleet could not be evaluated", failure.get());
    }
  }
}
