package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.arda.client.cli.view.Events;
import dev.arda.v1.DeployEnding;
import dev.arda.v1.DeployEngine;
import dev.arda.v1.DeployManner;
import dev.arda.v1.DeployMode;
import dev.arda.v1.DeployOutcome;
import dev.arda.v1.GetOperationResponse;
import dev.arda.v1.Host;
import dev.arda.v1.HostDeployOutcome;
import dev.arda.v1.ListOperationsResponse;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationAccepted;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationFinished;
import dev.arda.v1.OperationKind;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationState;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deployments that did not come to their end: what is told of them, and how they are resumed. */
final class UnfinishedDeploymentsTest extends CliTestCase {

  private static final DeployManner NATIVE =
      DeployManner.newBuilder()
          .setMode(DeployMode.DEPLOY_MODE_SWITCH)
          .setEngine(DeployEngine.DEPLOY_ENGINE_NATIVE)
          .build();

  @BeforeEach
  void arrange() {
    cli.daemon.hosts.all = List.of(Host.newBuilder().setName("web02").build());
  }

  private void earlier(DeployManner manner) {
    var outcome =
        DeployOutcome.newBuilder()
            .addHosts(
                HostDeployOutcome.newBuilder()
                    .setHost("web01")
                    .setEnding(DeployEnding.DEPLOY_ENDING_DONE))
            .addHosts(
                HostDeployOutcome.newBuilder()
                    .setHost("web02")
                    .setEnding(DeployEnding.DEPLOY_ENDING_ROLLED_BACK));
    var earlier =
        Operation.newBuilder()
            .setName("operations/qqqqqqqq")
            .setKind(OperationKind.OPERATION_KIND_DEPLOY)
            .setState(OperationState.OPERATION_STATE_FAILED)
            .setTitle("deploy web01")
            .setFlakeRef("git+file:///fleet")
            .addAllHosts(List.of("web01", "web02", "web 03"))
            .setFinishedAt(Timestamp.newBuilder().setSeconds(1))
            .setResult(OperationResult.newBuilder().setDeploy(outcome))
            .setDeploy(manner)
            .build();
    cli.daemon.listing = _ -> ListOperationsResponse.newBuilder().addOperations(earlier).build();
    cli.daemon.getOperation = GetOperationResponse.newBuilder().setOperation(earlier).build();
    lost(NATIVE);
  }

  @Test
  void resume_takesTheHostsThatAreLeft() {
    earlier(NATIVE);
    cli.run("host", "update", "--resume", "qqq", "--parallel", "3");
    var request = cli.daemon.hosts.deployments.getLast();
    assertThat(request.getSelectionsList()).containsExactly("\"web02\"", "\"web 03\"");
    assertThat(request.getFlake()).isEqualTo("git+file:///fleet");
    assertThat(request.getParallel()).isEqualTo(3);
    assertThat(request.getReach().getTargetHost()).isEmpty();
    assertThat(cli.run("host", "update", "web01", "--resume", "qqq").code()).isEqualTo(2);
  }

  @Test
  void resume_doesWhatWasAskedForThen_unlessOptionsSayOtherwise() {
    earlier(
        DeployManner.newBuilder()
            .setMode(DeployMode.DEPLOY_MODE_BOOT)
            .setEngine(DeployEngine.DEPLOY_ENGINE_NIXOS_REBUILD)
            .setSpecialisation("light")
            .setTargetHost("root@x")
            .setBuildHost("builder")
            .build());
    cli.run("host", "update", "--resume", "qqq");
    var request = cli.daemon.hosts.deployments.getLast();
    assertThat(request.getMode()).isEqualTo(DeployMode.DEPLOY_MODE_BOOT);
    assertThat(request.getEngine()).isEqualTo(DeployEngine.DEPLOY_ENGINE_NIXOS_REBUILD);
    assertThat(request.getSpecialisation()).isEqualTo("light");
    assertThat(request.getReach().getTargetHost()).isEqualTo("root@x");
    assertThat(request.getBuildHost()).isEqualTo("builder");

    cli.run(
        "host",
        "update",
        "--resume",
        "qqq",
        "--mode",
        "test",
        "--engine",
        "native",
        "--target-host",
        "y");
    var other = cli.daemon.hosts.deployments.getLast();
    assertThat(other.getMode()).isEqualTo(DeployMode.DEPLOY_MODE_TEST);
    assertThat(other.getEngine()).isEqualTo(DeployEngine.DEPLOY_ENGINE_NATIVE);
    assertThat(other.getReach().getTargetHost()).isEqualTo("y");
  }

  @Test
  void resume_ofWhatIsNoUpdate_isRefused() {
    earlier(NATIVE.toBuilder().setEngine(DeployEngine.DEPLOY_ENGINE_OWN_NIXOS_REBUILD).build());
    var morph = cli.run("host", "update", "--resume", "qqq");
    assertThat(morph.code()).isEqualTo(ExitCode.FAILED);
    assertThat(morph.err()).contains("begin it anew: arda host morph");
    earlier(NATIVE.toBuilder().setRollback(true).build());
    assertThat(cli.run("host", "update", "--resume", "qqq").err())
        .contains("begin it anew: arda host rollback");
    assertThat(cli.daemon.hosts.deployments).isEmpty();
  }

  /** The daemon dies while one of three is activated. */
  private void lost(DeployManner manner) {
    var lost =
        Operation.newBuilder()
            .setName("operations/abcdefgh")
            .setKind(OperationKind.OPERATION_KIND_DEPLOY)
            .setState(OperationState.OPERATION_STATE_INTERRUPTED)
            .setDeploy(manner)
            .build();
    var nodes =
        Events.nodes(
            given("web01", "", OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED),
            given("web01", "/activate", OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED),
            given("web02", "", OperationNodeState.OPERATION_NODE_STATE_CANCELLED),
            given("web02", "/activate", OperationNodeState.OPERATION_NODE_STATE_CANCELLED),
            given("web03", "", OperationNodeState.OPERATION_NODE_STATE_CANCELLED),
            given("web03", "/copy", OperationNodeState.OPERATION_NODE_STATE_CANCELLED));
    cli.daemon.hosts.deploy =
        (_, events) ->
            events.send(
                OperationEvent.newBuilder()
                    .setSequence(1)
                    .setAccepted(OperationAccepted.newBuilder().setOperation(lost))
                    .build(),
                OperationEvent.newBuilder().setSequence(2).setUpdate(nodes).build(),
                OperationEvent.newBuilder()
                    .setSequence(3)
                    .setFinished(OperationFinished.newBuilder().setOperation(lost))
                    .build());
  }

  private static OperationNode.Builder given(String host, String stage, OperationNodeState state) {
    return OperationNode.newBuilder()
        .setId("host-" + host + stage)
        .setName(stage.isEmpty() ? host : stage.substring(1))
        .setKind(
            stage.isEmpty()
                ? OperationNodeKind.OPERATION_NODE_KIND_TARGET
                : OperationNodeKind.OPERATION_NODE_KIND_STEP)
        .setState(state);
  }

  @Test
  void daemonThatDied_whileAHostWasActivated_isSaidWithWhatBecomesOfIt() {
    lost(NATIVE);

    var result = cli.run("host", "update", "web01", "web02", "web03");

    assertThat(result.code()).isEqualTo(7);
    assertThat(result.err())
        .contains(
            """
            error: the daemon ended while it worked on operations/abcdefgh
                   being activated then: web02
                   these hosts go back by themselves to what ran before, unless they were verified already
                   what they run: arda host status web02
                   what is left of it: arda host update --resume abcdefgh
            """);
  }

  @ParameterizedTest
  @CsvSource({"NIXOS_REBUILD, nixos-rebuild", "DARWIN_REBUILD, darwin-rebuild"})
  void daemonThatDied_whileAnotherProgramActivated_promisesNothing(String engine, String program) {
    lost(
        NATIVE.toBuilder()
            .setEngine(DeployEngine.valueOf("DEPLOY_ENGINE_" + engine))
            .setTargetHost("root@x")
            .build());
    var result = cli.run("host", "update", "web02");
    assertThat(result.err())
        .contains(
            program + " may go on there, and takes nothing back\n",
            "what they run: arda host status web02 --target-host root@x\n",
            "--resume abcdefgh")
        .doesNotContain("go back by themselves");
  }

  @Test
  void daemonThatDied_whileThisMachineBecameAnother_leadsToNoOtherMachine() {
    lost(
        DeployManner.newBuilder()
            .setMode(DeployMode.DEPLOY_MODE_TEST)
            .setEngine(DeployEngine.DEPLOY_ENGINE_OWN_NIXOS_REBUILD)
            .setTargetHost("localhost")
            .build());
    var result = cli.run("host", "morph", "web02", "--yes");
    assertThat(result.code()).isEqualTo(7);
    assertThat(result.err())
        .contains("this machine was being made web02", "/run/current-system")
        .doesNotContain("go back by themselves", "--resume", "host status");
  }
}
