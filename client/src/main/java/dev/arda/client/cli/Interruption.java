package dev.arda.client.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The wish of the user to stop (^C), and what must be done then. Thread-safe. */
final class Interruption {

  private final CountDownLatch triggered = new CountDownLatch(1);
  private final List<Runnable> actions = new ArrayList<>();

  /** Runs the registered actions, last one first, once. */
  void trigger() {
    List<Runnable> due;
    synchronized (actions) {
      triggered.countDown();
      due = List.copyOf(actions.reversed());
      actions.clear();
    }
    due.forEach(Runnable::run);
  }

  /** Has something done when the user wishes to stop; at once if that was so already. */
  void onTrigger(Runnable action) {
    synchronized (actions) {
      if (!isTriggered()) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }

  boolean isTriggered() {
    return triggered.getCount() == 0;
  }

  /** Waits so long at most; whether the user wished to stop by then. */
  boolean await(Duration duration) throws InterruptedException {
    return triggered.await(duration.toNanos(), TimeUnit.NANOSECONDS);
  }
}
