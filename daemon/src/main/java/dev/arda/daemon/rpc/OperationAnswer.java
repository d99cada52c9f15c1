package dev.arda.daemon.rpc;

import dev.arda.daemon.operation.OperationView;
import dev.arda.v1.GetOperationResponse;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeState;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;

/** One operation as one message, which the clients of every language accept: below 4 MiB. */
final class OperationAnswer {

  /** Bytes of nodes in one answer. */
  static final int MAX_NODE_BYTES = 1024 * 1024;

  private final OperationView view;

  OperationAnswer(OperationView view) {
    this.view = view;
  }

  GetOperationResponse response() {
    var chosen = chosen();
    var response =
        GetOperationResponse.newBuilder()
            .setOperation(view.operation())
            .addAllCounters(view.counters())
            .setNodesLeftOut(view.nodes().size() - chosen.size());
    view.nodes().stream().filter(node -> chosen.contains(node.getId())).forEach(response::addNodes);
    return response.build();
  }

  private Set<String> chosen() {
    var result = new HashSet<String>();
    int bytes = 0;
    var byWeight =
        view.nodes().stream()
            .sorted(Comparator.comparingInt(node -> weight(node.getState())))
            .toList();
    for (OperationNode node : byWeight) {
      bytes += node.getSerializedSize();
      if (bytes > MAX_NODE_BYTES) {
        break;
      }
      result.add(node.getId());
    }
    return result;
  }

  private static int weight(OperationNodeState state) {
    return switch (state) {
      case OPERATION_NODE_STATE_FAILED, OPERATION_NODE_STATE_RUNNING -> 0;
      case OPERATION_NODE_STATE_CANCELLED,
          OPERATION_NODE_STATE_SKIPPED,
          OPERATION_NODE_STATE_WAITING ->
          1;
      case OPERATION_NODE_STATE_SUCCEEDED,
          OPERATION_NODE_STATE_CACHED,
          OPERATION_NODE_STATE_UNSPECIFIED,
          UNRECOGNIZED ->
          2;
    };
  }
}
