package dev.arda.client.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** The wish of the user to stop (^C), and what must be done then. Thread-safe. */
final class Interruption {

  private final Signals signals;
  private final CountDownLatch triggered = new CountDownLatch(1);
  private final List<Runnable> actions = new ArrayList<>();
  private final AtomicReference<Optional<Runnable>> first = new AtomicReference<>(Optional.empty());

  /** Where nobody can press a key: only {@link #interrupt} and {@link #trigger} tell the wish. */
  Interruption() {
    this(Signals.NONE);
  }

  /** Where the wish may come as a signal. */
  Interruption(Signals signals) {
    this.signals = signals;
  }

  /** The signals by which the wish comes. */
  Signals signals() {
    return signals;
  }

  /**
   * Has something done at the next ^C, once, and nothing else: the one after that stops.
   *
   * @param action runs on the thread that tells the wish
   */
  Signals.Registration onFirst(Runnable action) {
    first.set(Optional.of(action));
    var registration = signals.onInterrupt(this::interrupt);
    return () -> {
      first.set(Optional.empty());
      registration.close();
    };
  }

  /** The user pressed ^C; whether that means to stop now. */
  boolean interrupt() {
    var action = first.getAndSet(Optional.empty());
    action.ifPresentOrElse(Runnable::run, this::trigger);
    return action.isEmpty();
  }

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
