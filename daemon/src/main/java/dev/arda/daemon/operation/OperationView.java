package dev.arda.daemon.operation;

import dev.arda.v1.Operation;
import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationNode;
import java.util.List;

/**
 * An operation as it is now.
 *
 * @param operation the operation
 * @param nodes its nodes in the order in which they appeared
 * @param counters its counters
 */
public record OperationView(
    Operation operation, List<OperationNode> nodes, List<OperationCounter> counters) {

  /** Copies the lists. */
  public OperationView {
    nodes = List.copyOf(nodes);
    counters = List.copyOf(counters);
  }
}
