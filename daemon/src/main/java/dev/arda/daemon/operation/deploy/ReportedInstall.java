package dev.arda.daemon.operation.deploy;

import com.google.protobuf.Timestamp;
import dev.arda.daemon.operation.OperationReport;
import dev.arda.daemon.operation.build.ReportedBuild;
import dev.arda.nix.store.build.BuildListener;
import dev.arda.nix.store.build.BuildTarget;
import dev.arda.nix.system.deploy.DeployListener.StageState;
import dev.arda.nix.system.install.InstallListener;
import dev.arda.nix.system.install.InstallStage;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;
import dev.arda.v1.OperationNodeState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Tells of an installation in nodes. The node of the host is {@code host-NAME}, that of a stage
 * {@code host-NAME/STAGE}; the build is told of as any other. Thread-safe.
 */
final class ReportedInstall implements InstallListener {

  private final OperationReport report;
  private final InstantSource clock;

  /** Guarded by this. */
  private final Map<InstallStage, Instant> begun = new EnumMap<>(InstallStage.class);

  /** Guarded by this. */
  private String host = "";

  /** Guarded by this. */
  private Instant beginning = Instant.EPOCH;

  ReportedInstall(OperationReport report, InstantSource clock) {
    this.report = report;
    this.clock = clock;
  }

  private String node() {
    return "host-" + host;
  }

  @Override
  public synchronized void began(String name) {
    host = name;
    beginning = clock.instant();
    report.node(whole(StageState.RUNNING, "").build());
  }

  private OperationNode.Builder whole(StageState state, String failure) {
    return OperationNode.newBuilder()
        .setId(node())
        .setKind(OperationNodeKind.OPERATION_NODE_KIND_TARGET)
        .setState(state(state))
        .setName(host)
        .setStartedAt(time(beginning))
        .setFailure(firstLine(failure));
  }

  @Override
  public synchronized void stage(InstallStage stage, StageState state, String detail) {
    var node =
        OperationNode.newBuilder()
            .setId(node() + "/" + stage.word())
            .setParentId(node())
            .setKind(OperationNodeKind.OPERATION_NODE_KIND_STEP)
            .setState(state(state))
            .setName(stage.word())
            .setStartedAt(time(begun.computeIfAbsent(stage, _ -> clock.instant())));
    if (state == StageState.FAILED) {
      node.setFailure(firstLine(detail));
    } else {
      node.setPhase(firstLine(detail));
    }
    if (state != StageState.RUNNING) {
      node.setFinishedAt(time(clock.instant()));
    }
    report.node(node.build());
  }

  @Override
  public synchronized void line(InstallStage stage, String line) {
    report.log(node() + "/" + stage.word(), line);
  }

  @Override
  public synchronized void ended(StageState state, String failure) {
    report.node(whole(state, failure).setFinishedAt(time(clock.instant())).build());
  }

  @Override
  public synchronized BuildListener build() {
    return new ReportedBuild(
        report,
        List.of(new BuildTarget.OfFlake("disko"), new BuildTarget.Host(host)),
        false,
        clock);
  }

  private static OperationNodeState state(StageState state) {
    return switch (state) {
      case RUNNING -> OperationNodeState.OPERATION_NODE_STATE_RUNNING;
      case SUCCEEDED -> OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED;
      case CACHED -> OperationNodeState.OPERATION_NODE_STATE_CACHED;
      case FAILED -> OperationNodeState.OPERATION_NODE_STATE_FAILED;
      case CANCELLED -> OperationNodeState.OPERATION_NODE_STATE_CANCELLED;
    };
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static Timestamp time(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }
}
