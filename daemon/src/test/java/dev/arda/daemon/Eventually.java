package dev.arda.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what nothing can signal. */
final class Eventually {

  private static final long STEP_NANOS = 5_000_000;

  private Eventually() {}

  /** Waits until a condition holds; fails if it does not within a minute. */
  static void until(String what, BooleanSupplier condition) {
    within(Duration.ofSeconds(60), what, condition);
  }

  /** Waits until a condition holds; fails if it does not within the time. */
  static void within(Duration time, String what, BooleanSupplier condition) {
    var end = System.nanoTime() + time.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("%s within %s", what, time).isNegative();
      LockSupport.parkNanos(STEP_NANOS);
    }
  }
}
