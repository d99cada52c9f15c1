package dev.arda.daemon;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that ends the process when it fails to end by itself: a daemon that has decided to go
 * but hangs is worse than none, because clients still find it. A platform thread of its own, since
 * whatever hangs may hold every other one.
 */
final class HardStop {

  private static final Logger LOG = LoggerFactory.getLogger(HardStop.class);
  private static final Duration LOG_PATIENCE = Duration.ofMillis(500);

  private final StopDecision decision;
  private final Duration extra;
  private final Exit exit;

  /**
   * A guard.
   *
   * @param extra how long after the end of the grace the process is ended
   */
  HardStop(StopDecision decision, Duration extra, Exit exit) {
    this.decision = decision;
    this.extra = extra;
    this.exit = exit;
  }

  /** Starts to watch. Called when the decision has been made. */
  void start() {
    Thread.ofPlatform().name("arda-hard-stop").daemon().start(this::watch);
  }

  private void watch() {
    try {
      if (decision.awaitFinishedUntilEndAnd(extra)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does that; if so, it is time
    }
    sayWhy();
    exit.halt(ExitCode.FAILED.number());
  }

  /** On another thread: the log itself may be what hangs. */
  private void sayWhy() {
    var writer =
        Thread.ofPlatform()
            .name("arda-hard-stop-log")
            .daemon()
            .start(() ->
                LOG.error(
                    "Ending the process by force: it decided to end ({}) but has not within the time it gave itself and {} more",
                    decision.reason().map(StopReason::toString).orElse("?"),
                    extra));
    try {
      writer.join(LOG_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
