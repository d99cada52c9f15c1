package dev.arda.client.cli.view;

import dev.arda.v1.Operation;
import dev.arda.v1.OperationNode;

/**
 * Is told by {@link OperationModel#apply} what an event changed, after the model knows it. A node
 * that an operation itself stands for is the default one.
 */
public interface OperationListener {

  /** The operation waits, and so many others are before it. */
  default void queued(int position) {}

  /** A node works that did not work before. */
  default void began(OperationNode node) {}

  /** A node has reached a final state. */
  default void ended(OperationNode node) {}

  /**
   * A node printed something.
   *
   * @param text whole lines
   * @param clippedBytes bytes that were left out before the text
   */
  default void printed(OperationNode node, String text, long clippedBytes) {}

  /** There is something that a person should read. */
  default void warned(OperationNode node, String text) {}

  /** Events are missing, the first and the last of which have these numbers. */
  default void missing(long first, long last) {}

  /** The operation has ended. */
  default void finished(Operation operation) {}
}
