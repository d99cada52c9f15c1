package dev.arda.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.daemon.rpc.CallRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IdleMonitorTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration TIMEOUT = Duration.ofHours(3);

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final InstantSource source = now::get;
  private final Clock clock = source.withZone(ZoneOffset.UTC);
  private final CallRegistry registry = new CallRegistry(clock, 10);
  private final AtomicInteger ended = new AtomicInteger();
  private final java.util.concurrent.ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor();
  private final IdleMonitor monitor =
      new IdleMonitor(TIMEOUT, clock, timer, registry, ended::incrementAndGet);

  @AfterEach
  void close() {
    timer.shutdownNow();
  }

  @Test
  void check_beforeTheTimeout_looksAgainWhenItIsReached() {
    now.set(START.plus(Duration.ofHours(1)));
    assertThat(monitor.check()).contains(Duration.ofHours(2).plusMillis(1));
    assertThat(monitor.exitAt()).contains(START.plus(TIMEOUT));
    assertThat(ended).hasValue(0);
  }

  @Test
  void check_atTheTimeout_endsTheDaemonOnce() {
    now.set(START.plus(TIMEOUT));
    assertThat(monitor.check()).isEmpty();
    assertThat(ended).hasValue(1);
    assertThat(monitor.check()).as("it is ending already").isPresent();
    assertThat(ended).hasValue(1);
  }

  @Test
  void check_clockWasSetBack_waitsAndDoesNotEnd() {
    now.set(START.minus(Duration.ofHours(5)));
    assertThat(monitor.check()).contains(Duration.ofHours(8).plusMillis(1));
    assertThat(ended).hasValue(0);
  }
}
