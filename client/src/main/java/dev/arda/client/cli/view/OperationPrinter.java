package dev.arda.client.cli.view;

import dev.arda.v1.OperationEvent;

/**
 * Shows one operation. Used by one thread, but {@link #close} and {@link #aside}, which any thread
 * may call.
 */
public interface OperationPrinter extends AutoCloseable {

  /** Shows what an event changes. */
  void show(OperationEvent event);

  /**
   * Says something that is no event, for example what the user can do now.
   *
   * @param text one or several lines; made harmless by the printer
   */
  void say(String text);

  /**
   * Leaves the terminal to something else while that goes on.
   *
   * @param work is done on the calling thread
   */
  default void aside(Runnable work) {
    work.run();
  }

  /** Takes away what would not stay. Nothing is shown afterwards. */
  @Override
  void close();
}
