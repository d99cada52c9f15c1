package dev.arda.client;

import java.time.Duration;
import java.util.function.Consumer;

/** Tells once what is waited for, if that takes longer than usual. Used by one thread. */
final class Notice {

  private final long due;
  private final Consumer<String> listener;
  private final String text;
  private boolean told;

  /**
   * A notice.
   *
   * @param listener is told
   * @param usual how long one waits as a rule
   * @param text what is waited for, in a line
   */
  Notice(Consumer<String> listener, Duration usual, String text) {
    this.due = System.nanoTime() + usual.toNanos();
    this.listener = listener;
    this.text = text;
  }

  /** It is waited for, still. */
  void waiting() {
    if (!told && System.nanoTime() - due >= 0) {
      told = true;
      listener.accept(text);
    }
  }
}
