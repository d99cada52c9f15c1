package dev.arda.daemon.operation;

import dev.arda.v1.DeployOutcome;
import dev.arda.v1.HostDeployOutcome;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationCounterKind;
import dev.arda.v1.OperationKind;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationState;
import java.util.List;
import java.util.Optional;

/**
 * One host of a deployment as an operation of its own. It has no files: all that can be said of it
 * is read from those of the deployment, of which it is a view.
 *
 * <p>The deployment tells of its hosts in nodes with ids of {@link #node}, and of their stages in
 * nodes whose ids begin with that and a slash. What belongs to no host, such as the evaluation and
 * the builds, belongs to each: all wait for it.
 *
 * @param parent name of the deployment
 * @param host name of the host
 */
public record HostPart(String parent, String host) {

  /** Phase of the node of a host that is asked to end. */
  public static final String GIVEN_UP = "cancelling";

  private static final String INFIX = "/hosts/";
  private static final String NODE = "host-";

  /** What a name stands for; empty if it has not the form of that of a part. */
  static Optional<HostPart> of(String name) {
    int at = name.indexOf(INFIX);
    return at > 0
            && OperationNames.isName(name.substring(0, at))
            && at + INFIX.length() < name.length()
        ? Optional.of(new HostPart(name.substring(0, at), name.substring(at + INFIX.length())))
        : Optional.empty();
  }

  /** Those of a deployment; none of what is no deployment. */
  static List<HostPart> all(Operation parent) {
    return parent.getKind() == OperationKind.OPERATION_KIND_DEPLOY
        ? parent.getHostsList().stream().map(host -> new HostPart(parent.getName(), host)).toList()
        : List.of();
  }

  /** The id of the node of a host. */
  public static String node(String host) {
    return NODE + host;
  }

  /** Its name. */
  String name() {
    return parent + INFIX + host;
  }

  /** Whether the deployment has this host. */
  boolean isOf(Operation deployment) {
    return all(deployment).contains(this);
  }

  /** Whether a node is its own. */
  boolean owns(String nodeId) {
    return nodeId.equals(node(host)) || nodeId.startsWith(node(host) + "/");
  }

  /** Whether a node is its own or belongs to no host. */
  boolean concerns(String nodeId) {
    return !nodeId.startsWith(NODE) || owns(nodeId);
  }

  /** What is told of it in the deployment as it is now. */
  OperationView view(OperationView whole) {
    return new OperationView(
        operation(
            whole.operation(),
            whole.nodes().stream().filter(node -> node.getId().equals(node(host))).findFirst()),
        whole.nodes().stream().filter(node -> concerns(node.getId())).toList(),
        whole.counters().stream()
            .filter(
                counter -> counter.getKind() != OperationCounterKind.OPERATION_COUNTER_KIND_TARGETS)
            .toList());
  }

  /**
   * The operation.
   *
   * @param whole the deployment
   * @param node the host's
   */
  Operation operation(Operation whole, Optional<OperationNode> node) {
    var outcome = outcome(whole, node);
    var state = state(whole, node, outcome);
    var result =
        Operation.newBuilder()
            .setName(name())
            .setParent(parent)
            .setKind(whole.getKind())
            .setState(state)
            .setTitle(title(whole))
            .setFlakeRef(whole.getFlakeRef())
            .addHosts(host)
            .setCreatedAt(whole.getCreatedAt())
            .setStarters(whole.getStarters())
            .setLastSequence(HostPartEvents.last(whole, OperationStates.isFinal(state)));
    if (whole.hasDeploy()) {
      result.setDeploy(whole.getDeploy());
    }
    node.filter(OperationNode::hasStartedAt)
        .ifPresent(known -> result.setStartedAt(known.getStartedAt()));
    if (OperationStates.isFinal(state)) {
      result
          .setFinishedAt(
              node.filter(OperationNode::hasFinishedAt)
                  .map(OperationNode::getFinishedAt)
                  .orElse(whole.getFinishedAt()))
          .setResult(result(whole, outcome));
    }
    return result.build();
  }

  /** As that of the deployment, which names all of its hosts. */
  private String title(Operation whole) {
    int at = whole.getTitle().indexOf(" " + whole.getHosts(0));
    return (at > 0 ? whole.getTitle().substring(0, at) : "deploy") + " " + host;
  }

  private Optional<HostDeployOutcome> outcome(Operation whole, Optional<OperationNode> node) {
    return whole.getResult().getDeploy().getHostsList().stream()
        .filter(one -> one.getHost().equals(host))
        .findFirst()
        .or(() -> node.filter(OperationNode::hasHostOutcome).map(OperationNode::getHostOutcome));
  }

  private static OperationResult result(Operation whole, Optional<HostDeployOutcome> outcome) {
    var result = OperationResult.newBuilder();
    if (outcome.isEmpty()) {
      // The deployment ended before it could say.
      return whole.getResult().hasError()
          ? result.setError(whole.getResult().getError()).build()
          : result.build();
    }
    if (outcome.get().hasError()) {
      result.setError(outcome.get().getError());
    }
    return result.setDeploy(DeployOutcome.newBuilder().addHosts(outcome.get())).build();
  }

  private static OperationState state(
      Operation whole, Optional<OperationNode> node, Optional<HostDeployOutcome> outcome) {
    if (node.isEmpty()) {
      return whole.getState() == OperationState.OPERATION_STATE_RUNNING
          ? OperationState.OPERATION_STATE_QUEUED
          : whole.getState();
    }
    return switch (node.get().getState()) {
      case OPERATION_NODE_STATE_SUCCEEDED, OPERATION_NODE_STATE_CACHED ->
          OperationState.OPERATION_STATE_SUCCEEDED;
      case OPERATION_NODE_STATE_FAILED -> OperationState.OPERATION_STATE_FAILED;
      case OPERATION_NODE_STATE_SKIPPED -> OperationState.OPERATION_STATE_SKIPPED;
      // If nothing is known of its end, the deployment was ended with all that ran.
      case OPERATION_NODE_STATE_CANCELLED ->
          outcome.isPresent() ? OperationState.OPERATION_STATE_CANCELLED : open(whole, node.get());
      case OPERATION_NODE_STATE_RUNNING,
          OPERATION_NODE_STATE_WAITING,
          OPERATION_NODE_STATE_UNSPECIFIED,
          UNRECOGNIZED ->
          open(whole, node.get());
    };
  }

  private static OperationState open(Operation whole, OperationNode node) {
    return whole.getState() == OperationState.OPERATION_STATE_RUNNING
            && node.getPhase().equals(GIVEN_UP)
        ? OperationState.OPERATION_STATE_CANCELLING
        : whole.getState();
  }
}
