package dev.arda.daemon;

import dev.arda.daemon.rpc.CallRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a daemon that nobody asks. Work counts as being asked ({@link CallRegistry}); looking at the
 * daemon (status, health, reflection) does not, so that a panel which watches it all day does not
 * keep it alive all day.
 *
 * <p>One timer is set for the earliest moment the time-out can be reached; calls that come and go
 * do not touch it, and are only looked at when it goes off.
 */
final class IdleMonitor {

  private static final Logger LOG = LoggerFactory.getLogger(IdleMonitor.class);

  private final Duration timeout;
  private final Clock clock;
  private final ScheduledExecutorService timer;
  private final CallRegistry registry;
  private final Runnable onIdle;

  IdleMonitor(
      Duration timeout,
      Clock clock,
      ScheduledExecutorService timer,
      CallRegistry registry,
      Runnable onIdle) {
    this.timeout = timeout;
    this.clock = clock;
    this.timer = timer;
    this.registry = registry;
    this.onIdle = onIdle;
  }

  /** Starts to watch. */
  void start() {
    schedule(timeout);
  }

  /** When the daemon will end if nothing is asked; empty while something is. */
  Optional<Instant> exitAt() {
    return registry.idleSince().map(since -> since.plus(timeout));
  }

  /**
   * Ends the daemon if it is time.
   *
   * @return how long to wait before the next look; empty if the daemon is ending
   */
  Optional<Duration> check() {
    var now = clock.instant();
    if (registry.drainIfIdleSince(now.minus(timeout))) {
      onIdle.run();
      return Optional.empty();
    }
    var left = registry.idleSince().map(since -> Duration.between(now, since.plus(timeout)));
    // A millisecond more, so that a timer that is a little early does not look in vain.
    return Optional.of(left.filter(d -> d.isPositive()).orElse(timeout).plusMillis(1));
  }

  private void checkAndSchedule() {
    try {
      check().ifPresent(this::schedule);
    } catch (RuntimeException e) {
      LOG.error("The idle check failed; the daemon will not end by itself", e);
    }
  }

  private void schedule(Duration delay) {
    try {
      var _ = timer.schedule(this::checkAndSchedule, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("No more idle checks: the daemon is ending");
    }
  }
}
