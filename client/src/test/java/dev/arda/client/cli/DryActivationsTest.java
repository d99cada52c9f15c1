package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.client.cli.view.Events;
import dev.arda.v1.DeployEnding;
import dev.arda.v1.DeployOutcome;
import dev.arda.v1.HostDeployOutcome;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DryActivationsTest extends CliTestCase {

  @BeforeEach
  void arrange() {
    var outcome = DeployOutcome.newBuilder();
    var update = Events.nodes();
    for (var name : new String[] {"web02", "web01"}) {
      outcome.addHosts(
          HostDeployOutcome.newBuilder().setHost(name).setEnding(DeployEnding.DEPLOY_ENDING_DONE));
      var host = Events.node(OperationNodeKind.OPERATION_NODE_KIND_TARGET, name);
      var copy = step(host, "copy");
      var activate = step(host, "activate");
      update
          .addNodes(host)
          .addNodes(copy)
          .addNodes(activate)
          .addLogs(Events.log(copy, "copying 3 paths\n"))
          .addLogs(Events.log(activate, "would restart demo.service\n"))
          .addLogs(Events.log(activate, "would \u001b[31mstop\u001b[0m %s\n".formatted(name)));
    }
    cli.daemon.hosts.deploy =
        (_, events) -> {
          var all = new Events();
          events.send(
              all.accepted(),
              all.update(1, update),
              all.finished(
                  2,
                  OperationState.OPERATION_STATE_SUCCEEDED,
                  OperationResult.newBuilder().setDeploy(outcome).build()));
        };
  }

  private static OperationNode.Builder step(OperationNode.Builder host, String name) {
    return Events.node(OperationNodeKind.OPERATION_NODE_KIND_STEP, name)
        .setId(host.getId() + "/" + name)
        .setParentId(host.getId());
  }

  @Test
  void whatTargetsWouldDo_isTheResult() {
    var result = cli.run("host", "update", "web01", "web02", "--mode", "dry-activate", "--quiet");
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .startsWith(
            """
            web01 says:
              would restart demo.service
              would \\u001b[31mstop\\u001b[0m web01
            web02 says:
              would restart demo.service
            """);
  }

  @Test
  void whatIsShownAsItIsPrinted_isNotToldAgain() {
    var result = cli.run("host", "update", "web01", "--mode", "dry-activate", "-L");
    assertThat(result.out()).doesNotContain("demo.service");
    assertThat(result.err()).contains("would restart demo.service");
  }

  @Test
  void whatIsDone_isNotToldAsWhatWouldBe() {
    assertThat(cli.run("host", "update", "web01").out()).doesNotContain("demo.service");
  }
}
