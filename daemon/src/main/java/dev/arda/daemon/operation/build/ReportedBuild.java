package dev.arda.daemon.operation.build;

import com.google.protobuf.Timestamp;
import dev.arda.daemon.operation.OperationReport;
import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.build.BuildStep;
import dev.arda.nix.core.build.BuildTotals;
import dev.arda.nix.core.build.BuildTotals.Count;
import dev.arda.nix.core.build.Transfer;
import dev.arda.nix.store.build.BuildListener;
import dev.arda.nix.store.build.BuildTarget;
import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationCounterKind;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;
import dev.arda.v1.OperationNodeState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Tells of a build in nodes and counters. Nodes of targets are {@code target-N}, that of the
 * evaluation is {@code evaluation}; a build or transfer is named by the last part of its store
 * path, which is the same for all who watch. Used by one thread at a time.
 */
public final class ReportedBuild implements BuildListener {

  private static final String EVALUATION = "evaluation";
  private static final int MOST_LAST_LINES = 10;

  private final OperationReport report;
  private final List<BuildTarget> targets;
  private final boolean tellsTargets;
  private final InstantSource clock;
  private final Instant began;
  private final List<TargetState> states = new ArrayList<>();
  private final Map<OperationCounterKind, Count> counters =
      new EnumMap<>(OperationCounterKind.class);

  /**
   * Tells of a build.
   *
   * @param tellsTargets whether targets are nodes, and counted; otherwise somebody else tells of
   *     them
   */
  public ReportedBuild(
      OperationReport report,
      List<BuildTarget> targets,
      boolean tellsTargets,
      InstantSource clock) {
    this.report = report;
    this.targets = targets;
    this.tellsTargets = tellsTargets;
    this.clock = clock;
    this.began = clock.instant();
    targets.forEach(_ -> states.add(TargetState.EVALUATING));
  }

  /** Tells of all targets as of some that wait. */
  public void announce() {
    for (int i = 0; i < targets.size(); i++) {
      report.node(
          OperationNode.newBuilder()
              .setId("target-" + i)
              .setKind(OperationNodeKind.OPERATION_NODE_KIND_TARGET)
              .setState(OperationNodeState.OPERATION_NODE_STATE_WAITING)
              .setName(targets.get(i).label())
              .build());
    }
  }

  /** The node of a build or transfer. */
  static String node(String storePath) {
    return storePath.substring(storePath.lastIndexOf('/') + 1);
  }

  private static String name(String storePath) {
    return node(storePath).replaceFirst("^[0-9a-z]{32}-", "").replaceFirst("\\.drv$", "");
  }

  @Override
  public void target(int index, TargetState state, String drvPath, String failure) {
    states.set(index, state);
    if (tellsTargets) {
      tell(index, state, drvPath, failure);
    }
    if (states.stream().noneMatch(one -> one == TargetState.EVALUATING) && evaluating) {
      evaluation(OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED, "");
      evaluating = false;
    }
    if (tellsTargets) {
      count(
          OperationCounterKind.OPERATION_COUNTER_KIND_TARGETS,
          new Count(
              number(TargetState.SUCCEEDED) + number(TargetState.CACHED),
              number(TargetState.BUILDING) + number(TargetState.EVALUATING),
              number(TargetState.FAILED),
              states.size()));
    }
  }

  private void tell(int index, TargetState state, String drvPath, String failure) {
    var node =
        OperationNode.newBuilder()
            .setId("target-" + index)
            .setKind(OperationNodeKind.OPERATION_NODE_KIND_TARGET)
            .setState(state(state))
            .setName(targets.get(index).label())
            .setStorePath(drvPath)
            .setPhase(state == TargetState.EVALUATING ? "evaluating" : "")
            .setStartedAt(time(began))
            .setFailure(firstLine(failure));
    if (isFinal(state)) {
      node.setFinishedAt(time(clock.instant()));
    }
    report.node(node.build());
  }

  private boolean evaluating;

  private long number(TargetState state) {
    return states.stream().filter(one -> one == state).count();
  }

  private static boolean isFinal(TargetState state) {
    return switch (state) {
      case EVALUATING, BUILDING -> false;
      case CACHED, SUCCEEDED, FAILED, CANCELLED -> true;
    };
  }

  private static OperationNodeState state(TargetState state) {
    return switch (state) {
      case EVALUATING, BUILDING -> OperationNodeState.OPERATION_NODE_STATE_RUNNING;
      case CACHED -> OperationNodeState.OPERATION_NODE_STATE_CACHED;
      case SUCCEEDED -> OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED;
      case FAILED -> OperationNodeState.OPERATION_NODE_STATE_FAILED;
      case CANCELLED -> OperationNodeState.OPERATION_NODE_STATE_CANCELLED;
    };
  }

  @Override
  public void progress(NixProgress progress) {
    evaluating = true;
    evaluation(OperationNodeState.OPERATION_NODE_STATE_RUNNING, progress.text());
  }

  private void evaluation(OperationNodeState state, String phase) {
    var node =
        OperationNode.newBuilder()
            .setId(EVALUATION)
            .setKind(OperationNodeKind.OPERATION_NODE_KIND_EVALUATION)
            .setState(state)
            .setName("evaluation")
            .setPhase(phase)
            .setStartedAt(time(began));
    if (state != OperationNodeState.OPERATION_NODE_STATE_RUNNING) {
      node.setFinishedAt(time(clock.instant()));
    }
    report.node(node.build());
  }

  @Override
  public void build(BuildStep step) {
    var node =
        OperationNode.newBuilder()
            .setId(node(step.drvPath()))
            .setKind(OperationNodeKind.OPERATION_NODE_KIND_BUILD)
            .setState(state(step.state()))
            .setName(name(step.drvPath()))
            .setStorePath(step.drvPath())
            .setPhase(step.phase())
            .setMachine(step.machine());
    step.startedAt().ifPresent(at -> node.setStartedAt(time(at)));
    step.finishedAt().ifPresent(at -> node.setFinishedAt(time(at)));
    step.failure()
        .ifPresent(failure -> {
          var lines = failure.lastLines();
          node.setFailure(failure.reason())
              .addAllLastLines(
                  lines.subList(Math.max(0, lines.size() - MOST_LAST_LINES), lines.size()));
        });
    report.node(node.build());
  }

  private static OperationNodeState state(BuildStep.State state) {
    return switch (state) {
      case WAITING -> OperationNodeState.OPERATION_NODE_STATE_WAITING;
      case RUNNING -> OperationNodeState.OPERATION_NODE_STATE_RUNNING;
      case SUCCEEDED -> OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED;
      case FAILED -> OperationNodeState.OPERATION_NODE_STATE_FAILED;
      case UNNEEDED -> OperationNodeState.OPERATION_NODE_STATE_CACHED;
      case CANCELLED -> OperationNodeState.OPERATION_NODE_STATE_CANCELLED;
    };
  }

  @Override
  public void transfer(Transfer transfer) {
    var node =
        OperationNode.newBuilder()
            .setId(node(transfer.path()))
            .setKind(
                switch (transfer.kind()) {
                  case DOWNLOAD -> OperationNodeKind.OPERATION_NODE_KIND_DOWNLOAD;
                  case COPY -> OperationNodeKind.OPERATION_NODE_KIND_COPY;
                })
            .setState(
                switch (transfer.state()) {
                  case WAITING -> OperationNodeState.OPERATION_NODE_STATE_WAITING;
                  case RUNNING -> OperationNodeState.OPERATION_NODE_STATE_RUNNING;
                  case DONE -> OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED;
                  case FAILED -> OperationNodeState.OPERATION_NODE_STATE_FAILED;
                  case UNNEEDED -> OperationNodeState.OPERATION_NODE_STATE_CACHED;
                })
            .setName(name(transfer.path()))
            .setStorePath(transfer.path())
            .setMachine(transfer.store())
            .setDone(transfer.done())
            .setExpected(transfer.expected());
    transfer.startedAt().ifPresent(at -> node.setStartedAt(time(at)));
    transfer.finishedAt().ifPresent(at -> node.setFinishedAt(time(at)));
    report.node(node.build());
  }

  @Override
  public void totals(BuildTotals totals) {
    count(OperationCounterKind.OPERATION_COUNTER_KIND_BUILDS, totals.builds());
    count(OperationCounterKind.OPERATION_COUNTER_KIND_DOWNLOADS, totals.downloads());
    count(OperationCounterKind.OPERATION_COUNTER_KIND_DOWNLOAD_BYTES, totals.downloadBytes());
    count(OperationCounterKind.OPERATION_COUNTER_KIND_COPIES, totals.copies());
    count(OperationCounterKind.OPERATION_COUNTER_KIND_COPY_BYTES, totals.copyBytes());
  }

  private void count(OperationCounterKind kind, Count count) {
    if (count.equals(counters.getOrDefault(kind, Count.NONE))) {
      return;
    }
    counters.put(kind, count);
    report.counter(
        OperationCounter.newBuilder()
            .setKind(kind)
            .setDone(count.done())
            .setRunning(count.running())
            .setFailed(count.failed())
            .setExpected(count.expected())
            .build());
  }

  @Override
  public void line(String drvPath, String line) {
    report.log(drvPath.isEmpty() ? "" : node(drvPath), line);
  }

  @Override
  public Duration grace() {
    return report.grace();
  }

  @Override
  public void warning(String text) {
    report.warning("", text);
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static Timestamp time(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }
}
