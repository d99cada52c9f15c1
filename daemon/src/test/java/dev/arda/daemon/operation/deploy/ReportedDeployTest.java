package dev.arda.daemon.operation.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.daemon.operation.OperationReport;
import dev.arda.daemon.rpc.ErrorMapper;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.system.deploy.DeployResult.HostResult;
import dev.arda.nix.system.deploy.Stage;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeState;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of the hosts of a deployment. */
class ReportedDeployTest {

  private static final class Heard implements OperationReport {
    private final List<OperationNode> nodes = new ArrayList<>();

    @Override
    public void node(OperationNode node) {
      nodes.add(node);
    }

    @Override
    public void counter(OperationCounter counter) {}

    @Override
    public void log(String nodeId, String line) {}

    @Override
    public void warning(String nodeId, String text) {}
  }

  private final Heard heard = new Heard();
  private final ReportedDeploy deploy =
      new ReportedDeploy(heard, false, new ErrorMapper(Path.of("/log"))::status, Clock.systemUTC());

  private static HostResult result(Ending ending, Optional<NixException> failure) {
    return new HostResult(
        "web01",
        "",
        ending,
        Stage.ACTIVATE,
        "",
        "",
        "",
        OptionalInt.empty(),
        Optional.empty(),
        List.of(),
        0,
        Duration.ZERO,
        failure);
  }

  @ParameterizedTest
  @CsvSource({
    "UNCHANGED, CACHED",
    "DONE, SUCCEEDED",
    "DONE_WITH_FAILED_UNITS, SUCCEEDED",
    "DONE_REBOOT_NEEDED, SUCCEEDED",
    "PLANNED, SUCCEEDED",
    "FAILED, FAILED",
    "REFUSED, FAILED",
    "ROLLED_BACK, FAILED",
    "STUCK, FAILED",
    "UNKNOWN, FAILED",
    "SKIPPED, SKIPPED",
    "CANCELLED, CANCELLED"
  })
  void theNodeOfAHost_saysHowItEnded(Ending ending, String state) {
    deploy.finished(result(ending, Optional.empty()));
    assertThat(heard.nodes.getLast().getState())
        .isEqualTo(OperationNodeState.valueOf("OPERATION_NODE_STATE_" + state));
    assertThat(heard.nodes.getLast().hasFinishedAt()).isTrue();
  }

  @Test
  void whyAHostWasNotBegun_isTold() {
    deploy.finished(
        result(
            Ending.SKIPPED,
            Optional.of(new SystemException(Reason.HOST_SKIPPED, "Too many others failed."))));
    assertThat(heard.nodes.getLast().getFailure()).isEqualTo("Too many others failed.");
  }
}
