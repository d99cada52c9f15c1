package dev.arda.client.cli;

import dev.arda.client.Failure;
import dev.arda.client.cli.view.JsonPrinter;
import dev.arda.client.cli.view.Quantities;
import dev.arda.v1.DeployRequest;
import dev.arda.v1.GetOperationResponse;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;
import dev.arda.v1.OperationNodeState;
import java.time.Clock;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda ops show}. */
final class OpsShowCommand implements Command, TakesOperation {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Shows an operation: how it stands, and what of it runs or failed.")
        .description(
            "",
            "Exits with 0 however the operation ended. Of a deployment that has ended, it tells what"
                + " came of each host.",
            "");
    OpsName.addTo(spec, false);
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    return session.ask(client -> {
      var operation = OpsName.find(client, arguments);
      var answer = client.operation(operation.getName(), OpsName.deadline());
      if (session.options().json()) {
        session.console().out().line(JsonPrinter.json(answer));
        return ExitCode.OK;
      }
      session.console().out().text(text(answer));
      session.console().out().flush();
      var result = answer.getOperation().getResult();
      if (result.hasDeploy()) {
        new HostDeployReport(session, DeployRequest.getDefaultInstance(), operation)
            .print(result.getDeploy());
      } else if (result.hasError()) {
        new FailedBuilds(session, operation).print(Failure.of(result.getError()));
      }
      return ExitCode.OK;
    });
  }

  private static String text(GetOperationResponse answer) {
    var operation = answer.getOperation();
    var table = new OpsTable(Clock.systemUTC().instant(), Integer.MAX_VALUE);
    var text = new StringBuilder();
    field(text, "name", operation.getName());
    field(text, "what", operation.getTitle());
    field(text, "flake", operation.getFlakeRef());
    field(text, "hosts", String.join(" ", operation.getHostsList()));
    field(text, "users", String.join(" ", operation.getUsersList()));
    field(text, "state", OpsTable.state(operation));
    field(text, "accepted", Quantities.instant(operation.getCreatedAt()).toString());
    field(text, "took", table.took(operation));
    if (!OpsTable.isFinal(operation.getState())) {
      field(text, "clients", Integer.toUnsignedString(operation.getStarters()));
    }
    field(text, "nodes", summary(answer));
    answer.getNodesList().stream()
        .filter(node -> isWorthALine(answer, node))
        .forEach(node -> line(text, answer, node));
    for (var target : operation.getResult().getBuild().getTargetsList()) {
      for (var output : target.getOutputsList()) {
        text.append(output.getPath()).append('\n');
      }
    }
    return text.toString();
  }

  /** What runs or failed, but for targets of which a step says that. */
  private static boolean isWorthALine(GetOperationResponse answer, OperationNode node) {
    return isOpenOrFailed(node)
        && (node.getKind() != OperationNodeKind.OPERATION_NODE_KIND_TARGET
            || answer.getNodesList().stream()
                .noneMatch(
                    part -> part.getParentId().equals(node.getId()) && isOpenOrFailed(part)));
  }

  private static boolean isOpenOrFailed(OperationNode node) {
    return node.getState() == OperationNodeState.OPERATION_NODE_STATE_RUNNING
        || node.getState() == OperationNodeState.OPERATION_NODE_STATE_FAILED;
  }

  private static String summary(GetOperationResponse answer) {
    long done =
        answer.getNodesList().stream()
            .filter(node ->
                node.getState() == OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED
                    || node.getState() == OperationNodeState.OPERATION_NODE_STATE_CACHED)
            .count();
    long all = answer.getNodesCount() + Integer.toUnsignedLong(answer.getNodesLeftOut());
    return all == 0 ? "" : "%d, %d done".formatted(all, done);
  }

  private static void line(StringBuilder text, GetOperationResponse answer, OperationNode node) {
    boolean failed = node.getState() == OperationNodeState.OPERATION_NODE_STATE_FAILED;
    text.append("  ").append(failed ? "failed   " : "running  ");
    if (node.getKind() == OperationNodeKind.OPERATION_NODE_KIND_STEP) {
      answer.getNodesList().stream()
          .filter(owner -> owner.getId().equals(node.getParentId()))
          .findFirst()
          .ifPresent(owner -> text.append(Style.safe(owner.getName())).append(": "));
    }
    text.append(Style.safe(node.getName().isEmpty() ? node.getId() : node.getName()));
    var more = failed ? node.getFailure() : node.getPhase();
    if (!more.isEmpty()) {
      text.append(": ").append(Style.safe(more));
    }
    if (!node.getMachine().isEmpty()) {
      text.append(" on ").append(Style.safe(node.getMachine()));
    }
    text.append('\n');
  }

  private static void field(StringBuilder text, String name, String value) {
    if (!value.isEmpty()) {
      text.append("%-10s %s\n".formatted(name + ":", Style.safe(value)));
    }
  }
}
