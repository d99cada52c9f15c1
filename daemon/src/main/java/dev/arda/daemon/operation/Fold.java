package dev.arda.daemon.operation;

import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationCounterKind;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationUpdate;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the events so far add up to: each node and counter as it is now. Not thread-safe. */
final class Fold {

  private final Map<String, OperationNode> nodes = new LinkedHashMap<>();
  private final Map<OperationCounterKind, OperationCounter> counters =
      new EnumMap<>(OperationCounterKind.class);

  /** One more event. */
  void apply(OperationEvent event) {
    switch (event.getEventCase()) {
      case UPDATE -> apply(event.getUpdate());
      case GAP -> {
        nodes.clear();
        counters.clear();
      }
      case ACCEPTED, FINISHED, EVENT_NOT_SET -> {}
    }
  }

  private void apply(OperationUpdate update) {
    for (var node : update.getNodesList()) {
      nodes.put(node.getId(), node);
    }
    for (var counter : update.getCountersList()) {
      counters.put(counter.getKind(), counter);
    }
  }

  /** The nodes in the order in which they appeared. */
  List<OperationNode> nodes() {
    return List.copyOf(nodes.values());
  }

  /** The counters. */
  List<OperationCounter> counters() {
    return List.copyOf(counters.values());
  }

  /** The nodes that have not ended. */
  List<OperationNode> openNodes() {
    return nodes.values().stream().filter(node -> !isFinal(node.getState())).toList();
  }

  static boolean isFinal(OperationNodeState state) {
    return switch (state) {
      case OPERATION_NODE_STATE_SUCCEEDED,
          OPERATION_NODE_STATE_FAILED,
          OPERATION_NODE_STATE_CACHED,
          OPERATION_NODE_STATE_CANCELLED,
          OPERATION_NODE_STATE_SKIPPED ->
          true;
      case OPERATION_NODE_STATE_UNSPECIFIED,
          OPERATION_NODE_STATE_WAITING,
          OPERATION_NODE_STATE_RUNNING,
          UNRECOGNIZED ->
          false;
    };
  }
}
