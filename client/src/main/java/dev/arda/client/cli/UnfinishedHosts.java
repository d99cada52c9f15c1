package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.v1.DeployEngine;
import dev.arda.v1.HostDeployOutcome;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationKind;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;
import dev.arda.v1.OperationNodeState;
import java.util.HashSet;
import java.util.List;

/** Those hosts of a deployment that are not as they were wished. */
final class UnfinishedHosts {

  private UnfinishedHosts() {}

  /** Whether an operation brings hosts to their configuration, with which it can be gone on. */
  static boolean canBeResumed(Operation operation) {
    return operation.getKind() == OperationKind.OPERATION_KIND_DEPLOY
        && !operation.getDeploy().getRollback()
        && operation.getDeploy().getEngine() != DeployEngine.DEPLOY_ENGINE_OWN_NIXOS_REBUILD;
  }

  /**
   * The names of those that are left, in the order of the deployment.
   *
   * @throws ValueException if it goes on, or does not bring hosts to their configuration
   */
  static List<String> of(Operation operation, ArdaClient client) throws InterruptedException {
    if (operation.getKind() != OperationKind.OPERATION_KIND_DEPLOY) {
      throw new ValueException(
          "%s is no deployment: %s"
              .formatted(OpsName.shortName(operation), Style.safe(operation.getTitle())));
    }
    if (!canBeResumed(operation)) {
      throw new ValueException(
          "%s does not bring hosts to their configuration (%s); begin it anew: arda host %s"
              .formatted(
                  OpsName.shortName(operation),
                  Style.safe(operation.getTitle()),
                  operation.getDeploy().getRollback() ? "rollback" : "morph"));
    }
    if (!operation.hasFinishedAt()) {
      throw new ValueException(
          "%s goes on; see it: arda ops watch %s"
              .formatted(OpsName.shortName(operation), OpsName.shortName(operation)));
    }
    var view = client.operation(operation.getName(), OpsName.deadline());
    var done = new HashSet<String>();
    // Where the daemon died there is no outcome, but what was told until then.
    for (var node : view.getNodesList()) {
      if (isDone(node)) {
        done.add(node.getName());
      }
    }
    for (var host : view.getOperation().getResult().getDeploy().getHostsList()) {
      if (isDone(host)) {
        done.add(host.getHost());
      } else {
        done.remove(host.getHost());
      }
    }
    return view.getOperation().getHostsList().stream()
        .filter(name -> !done.contains(name))
        .toList();
  }

  private static boolean isDone(OperationNode node) {
    return node.getKind() == OperationNodeKind.OPERATION_NODE_KIND_TARGET
        && (node.getState() == OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED
            || node.getState() == OperationNodeState.OPERATION_NODE_STATE_CACHED);
  }

  private static boolean isDone(HostDeployOutcome host) {
    return switch (host.getEnding()) {
      case DEPLOY_ENDING_UNCHANGED,
          DEPLOY_ENDING_DONE,
          DEPLOY_ENDING_DONE_WITH_FAILED_UNITS,
          DEPLOY_ENDING_DONE_REBOOT_NEEDED,
          DEPLOY_ENDING_PLANNED ->
          true;
      case DEPLOY_ENDING_UNSPECIFIED,
          DEPLOY_ENDING_FAILED,
          DEPLOY_ENDING_REFUSED,
          DEPLOY_ENDING_ROLLED_BACK,
          DEPLOY_ENDING_STUCK,
          DEPLOY_ENDING_UNKNOWN,
          DEPLOY_ENDING_SKIPPED,
          DEPLOY_ENDING_CANCELLED,
          UNRECOGNIZED ->
          false;
    };
  }
}
