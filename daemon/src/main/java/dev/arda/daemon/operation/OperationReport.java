package dev.arda.daemon.operation;

import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationNode;

/**
 * Is told by the work of an operation what happens. Changes are gathered and become at most ten
 * events a second; of several changes to one node or counter within that time only the newest is
 * told. No method waits for a client. Thread-safe.
 */
public interface OperationReport {

  /** A node is new or has changed. The newest of an id replaces those before it. */
  void node(OperationNode node);

  /** A counter is new or has changed; its {@code expected} never shrinks, whatever is told here. */
  void counter(OperationCounter counter);

  /**
   * A line was printed. Goes to the log on disk whole and as it is, to the events without control
   * characters and clipped.
   *
   * @param nodeId the node that printed; empty: the operation itself
   * @param line without its newline
   */
  void log(String nodeId, String line);

  /**
   * Something that a person should read.
   *
   * @param nodeId the node it is about; empty: the operation itself
   * @param text becomes one line without control characters
   */
  void warning(String nodeId, String text);
}
