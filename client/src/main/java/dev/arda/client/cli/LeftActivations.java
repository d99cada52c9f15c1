package dev.arda.client.cli;

import dev.arda.client.cli.view.OperationModel;
import dev.arda.v1.DeployEngine;
import dev.arda.v1.DeployManner;
import dev.arda.v1.Operation;
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
    var manner = operation.getDeploy();
    var hosts = Style.safe(String.join(" ", left));
    if (manner.getEngine() == DeployEngine.DEPLOY_ENGINE_OWN_NIXOS_REBUILD) {
      return left.isEmpty()
          ? ""
          : """
          this machine was being made %s; nixos-rebuild may go on, and nothing is taken back
          what runs here: readlink /run/current-system; what is booted is what it was
          """
              .formatted(hosts);
    }
    if (!left.isEmpty()) {
      told.append("being activated then: %s\n".formatted(hosts));
      told.append(
          goesBack(manner)
              ? "these hosts go back by themselves to what ran before, unless they were verified already\n"
              : "%s may go on there, and takes nothing back\n".formatted(engine(manner)));
      told.append(
          "what they run: arda host status %s%s\n"
              .formatted(
                  hosts,
                  manner.getTargetHost().isEmpty()
                      ? ""
                      : " --target-host " + Style.safe(manner.getTargetHost())));
    }
    if (UnfinishedHosts.canBeResumed(operation)) {
      told.append(
          "what is left of it: arda host update --resume %s\n"
              .formatted(OpsName.shortName(operation.getName())));
    }
    return told.toString();
  }

  private static boolean goesBack(DeployManner manner) {
    return switch (manner.getEngine()) {
      case DEPLOY_ENGINE_UNSPECIFIED, DEPLOY_ENGINE_NATIVE -> true;
      case DEPLOY_ENGINE_NIXOS_REBUILD,
          DEPLOY_ENGINE_DARWIN_REBUILD,
          DEPLOY_ENGINE_OWN_NIXOS_REBUILD,
          UNRECOGNIZED ->
          false;
    };
  }

  private static String engine(DeployManner manner) {
    return manner.getEngine() == DeployEngine.DEPLOY_ENGINE_DARWIN_REBUILD
        ? "darwin-rebuild"
        : "nixos-rebuild";
  }
}
