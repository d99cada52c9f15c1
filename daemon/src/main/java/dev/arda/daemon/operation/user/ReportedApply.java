package dev.arda.daemon.operation.user;

import com.google.protobuf.Timestamp;
import dev.arda.daemon.operation.OperationReport;
import dev.arda.daemon.operation.build.ReportedBuild;
import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.build.BuildStep;
import dev.arda.nix.core.build.BuildTotals;
import dev.arda.nix.core.build.Transfer;
import dev.arda.nix.store.build.BuildTarget;
import dev.arda.nix.user.ApplyListener;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;
import dev.arda.v1.OperationNodeState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Tells of environments in nodes: users are the targets of a build, {@code target-N}, with the
 * steps {@code target-N/build} (on another machine), {@code target-N/copy}, {@code …/inspect},
 * {@code …/activate} and {@code …/verify}. What an activation prints is the log of its step. Used
 * by one thread at a time.
 */
final class ReportedApply implements ApplyListener {

  private static final int MOST_LAST_LINES = 10;

  private final OperationReport report;
  private final ReportedBuild build;
  private final InstantSource clock;
  private final Map<String, Instant> began = new HashMap<>();
  private final Map<Integer, List<String>> lastLines = new HashMap<>();
  private final Set<Integer> restoring = new HashSet<>();

  ReportedApply(OperationReport report, List<String> users, InstantSource clock) {
    this.report = report;
    this.clock = clock;
    this.build =
        new ReportedBuild(
            report, users.stream().<BuildTarget>map(BuildTarget.User::new).toList(), true, clock);
  }

  /** Tells of all users as of some that wait. */
  void announce() {
    build.announce();
  }

  private static String target(int user) {
    return "target-" + user;
  }

  private static String node(int user, Step step) {
    return target(user) + "/" + step.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void step(int user, Step step, StepState state, String failure) {
    var id = node(user, step);
    var now = clock.instant();
    var node =
        OperationNode.newBuilder()
            .setId(id)
            .setParentId(target(user))
            .setKind(OperationNodeKind.OPERATION_NODE_KIND_STEP)
            .setName(step.name().toLowerCase(Locale.ROOT))
            .setPhase(state == StepState.RUNNING ? phase(step) : "")
            .setState(
                switch (state) {
                  case RUNNING -> OperationNodeState.OPERATION_NODE_STATE_RUNNING;
                  case SUCCEEDED -> OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED;
                  case FAILED -> OperationNodeState.OPERATION_NODE_STATE_FAILED;
                })
            .setStartedAt(time(began.computeIfAbsent(id, _ -> now)))
            .setFailure(failure.lines().findFirst().orElse(""));
    if (state != StepState.RUNNING) {
      node.setFinishedAt(time(now));
    }
    if (state == StepState.FAILED && step == Step.ACTIVATE) {
      node.addAllLastLines(lastLines.getOrDefault(user, List.of()));
    }
    report.node(node.build());
  }

  private static String phase(Step step) {
    return switch (step) {
      case BUILD -> "building there";
      case COPY -> "copying";
      case INSPECT -> "looking what would change";
      case ACTIVATE -> "activating";
      case VERIFY -> "looking whether all is in its place";
    };
  }

  @Override
  public void printed(int user, String line) {
    report.log(node(user, Step.ACTIVATE), line);
    if (restoring.contains(user)) {
      return;
    }
    var lines = new java.util.ArrayList<>(lastLines.getOrDefault(user, List.of()));
    lines.add(dev.arda.nix.core.TerminalText.strip(line));
    lastLines.put(
        user,
        List.copyOf(lines.subList(Math.max(0, lines.size() - MOST_LAST_LINES), lines.size())));
  }

  @Override
  public void building(int user, String line) {
    report.log(node(user, Step.BUILD), line);
  }

  @Override
  public void copying(int user, String path) {
    report.log(node(user, Step.COPY), path);
  }

  @Override
  public void restoring(int user) {
    if (restoring.add(user)) {
      report.log(node(user, Step.ACTIVATE), "(it failed; what was before is put back)");
    }
  }

  @Override
  public void note(int user, String text) {
    report.warning(target(user), text);
  }

  @Override
  public void target(int index, TargetState state, String drvPath, String failure) {
    build.target(index, state, drvPath, failure);
  }

  @Override
  public void progress(NixProgress progress) {
    build.progress(progress);
  }

  @Override
  public void build(BuildStep step) {
    build.build(step);
  }

  @Override
  public void transfer(Transfer transfer) {
    build.transfer(transfer);
  }

  @Override
  public void totals(BuildTotals totals) {
    build.totals(totals);
  }

  @Override
  public void line(String drvPath, String line) {
    build.line(drvPath, line);
  }

  @Override
  public void warning(String text) {
    build.warning(text);
  }

  @Override
  public Duration grace() {
    return build.grace();
  }

  private static Timestamp time(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }
}
