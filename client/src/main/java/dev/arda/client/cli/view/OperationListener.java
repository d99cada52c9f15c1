package dev.arda.client.cli.view;

import dev.arda.v1.Operation;
import dev.arda.v1.OperationNode;

/**
 * Is told by {@link OperationModel#apply} what an event changed, after the model knows it. A node
 * that an operation itself stands for is the default one.
 */
public interface OperationListener {

  /** The operation waits, and so many others are before it. */
  void queued(int position);

  /** A node works that did not work before. */
  void began(OperationNode node);

  /** A node has reached a final state. */
  void ended(OperationNode node);

  /**
   * A node printed something.
   *
   * @param text whole lines
   * @param clippedBytes bytes that were left out before the text
   */
  void printed(OperationNode node, String text, long clippedBytes);

  /** There is something that a person should read. */
  void warned(OperationNode node, String text);

  /** Events are missing, the first and the last of which have these numbers. */
  void missing(long first, long last);

  /** The operation has ended. */
  void finished(Operation operation);
}
