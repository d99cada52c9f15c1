package dev.arda.client.cli;

import dev.arda.client.cli.view.OperationModel;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationKind;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;
import dev.arda.v1.OperationNodeState;
import java.util.List;

/** Hosts that were being activated when the daemon of their deployment died. */
final class LeftActivations {

  private static final String HOST = "host-";
  private static final String ACTIVATE = "/activate";

  private LeftActivations() {}

  /** The names of these hosts, in the order of the operation. */
  static List<String> in(OperationModel model) {
    return model.nodes().stream()
        .filter(node -> node.getKind() == OperationNodeKind.OPERATION_NODE_KIND_TARGET)
        .filter(node -> node.getState() == OperationNodeState.OPERATION_NODE_STATE_CANCELLED)
        .filter(node -> node.getId().startsWith(HOST))
        .filter(node -> !model.node(node.getId() + ACTIVATE).getId().isEmpty())
        .map(OperationNode::getName)
        .toList();
  }

  /** What becomes of them and how the deployment is gone on with: lines, each with its end. */
  static String told(List<String> left, Operation operation) {
    var told = new StringBuilder();
    if (!left.isEmpty()) {
      var hosts = Style.safe(String.join(" ", left));
      told.append(
          """
          being activated then: %s
          these hosts go back by themselves to what ran before, unless they were verified already
          what they run: arda host status %s
          """
              .formatted(hosts, hosts));
    }
    if (operation.getKind() == OperationKind.OPERATION_KIND_DEPLOY) {
      told.append(
          "what is left of it: arda host update --resume %s\n"
              .formatted(OpsName.shortName(operation.getName())));
    }
    return told.toString();
  }
}
