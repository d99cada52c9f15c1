package dev.arda.daemon.operation.deploy;

import com.google.protobuf.Timestamp;
import com.google.rpc.Status;
import dev.arda.daemon.operation.HostPart;
import dev.arda.daemon.operation.OperationReport;
import dev.arda.daemon.operation.build.ReportedBuild;
import dev.arda.nix.remote.Secret;
import dev.arda.nix.store.build.BuildListener;
import dev.arda.nix.store.build.BuildTarget;
import dev.arda.nix.system.deploy.DeployListener;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.system.deploy.DeployResult.HostResult;
import dev.arda.nix.system.deploy.Stage;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.Reason;
import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationCounterKind;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationPrompt;
import dev.arda.v1.OperationPromptKind;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Tells of a deployment in nodes and counters. The node of a host is {@code host-NAME}, that of one
 * of its stages {@code host-NAME/STAGE}, that of a wave {@code wave-NUMBER}; the build is told of
 * as any other. Thread-safe.
 */
final class ReportedDeploy implements DeployListener {

  /** So many hosts of a wave are named. */
  private static final int NAMED = 8;

  private final OperationReport report;
  private final InstantSource clock;

  /** When nodes began, by their ids. Guarded by this. */
  private final Map<String, Instant> begun = new HashMap<>();

  /** Guarded by this. */
  private final Set<String> good = new HashSet<>();

  /** Guarded by this. */
  private final Set<String> failed = new HashSet<>();

  /** Guarded by this. */
  private int all;

  private final boolean interactive;
  private final Function<Throwable, Status> errors;

  /** How often somebody was asked. Guarded by this. */
  private int asked;

  ReportedDeploy(
      OperationReport report,
      boolean interactive,
      Function<Throwable, Status> errors,
      InstantSource clock) {
    this.report = report;
    this.interactive = interactive;
    this.errors = errors;
    this.clock = clock;
  }

  private static String node(String host) {
    return HostPart.node(host);
  }

  private static String node(String host, Stage stage) {
    return node(host) + "/" + stage.word();
  }

  @Override
  public void hosts(List<String> names, Consumer<String> giveUp) {
    synchronized (this) {
      all = names.size();
      names.forEach(name ->
          report.node(host(name, OperationNodeState.OPERATION_NODE_STATE_RUNNING, "").build()));
      count();
    }
    report.onPartGivenUp(name -> {
      if (names.contains(name)) {
        givesUp(name);
        giveUp.accept(name);
      }
    });
  }

  /** Its end is told when it has ended; until then, that it was asked to. */
  private synchronized void givesUp(String name) {
    if (!good.contains(name) && !failed.contains(name)) {
      report.node(
          host(name, OperationNodeState.OPERATION_NODE_STATE_RUNNING, "")
              .setPhase(HostPart.GIVEN_UP)
              .build());
    }
  }

  private OperationNode.Builder host(String name, OperationNodeState state, String failure) {
    var node =
        OperationNode.newBuilder()
            .setId(node(name))
            .setKind(OperationNodeKind.OPERATION_NODE_KIND_TARGET)
            .setState(state)
            .setName(name)
            .setStartedAt(time(begun.computeIfAbsent(node(name), _ -> clock.instant())))
            .setFailure(firstLine(failure));
    if (state != OperationNodeState.OPERATION_NODE_STATE_RUNNING) {
      node.setFinishedAt(time(clock.instant()));
    }
    return node;
  }

  private void count() {
    report.counter(
        OperationCounter.newBuilder()
            .setKind(OperationCounterKind.OPERATION_COUNTER_KIND_TARGETS)
            .setDone(good.size())
            .setFailed(failed.size())
            .setRunning(all - good.size() - failed.size())
            .setExpected(all)
            .build());
  }

  @Override
  public synchronized void stage(String host, Stage stage, StageState state, String detail) {
    var node = step(host, stage, state(state));
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
  public synchronized void wave(Wave wave, StageState state, String detail) {
    var id = "wave-" + wave.number();
    var node =
        OperationNode.newBuilder()
            .setId(id)
            .setKind(OperationNodeKind.OPERATION_NODE_KIND_STEP)
            .setState(state(state))
            .setName("wave %d of %d".formatted(wave.number(), wave.count()))
            .setPhase(named(wave.hosts()))
            .setDone(wave.over())
            .setExpected(wave.hosts().size())
            .setFailure(firstLine(detail))
            .setStartedAt(time(begun.computeIfAbsent(id, _ -> clock.instant())));
    if (state != StageState.RUNNING) {
      node.setFinishedAt(time(clock.instant()));
    }
    report.node(node.build());
  }

  private static String named(List<String> hosts) {
    int more = hosts.size() - NAMED;
    return String.join(", ", hosts.subList(0, Math.min(NAMED, hosts.size())))
        + (more > 0 ? " and %d more".formatted(more) : "");
  }

  private synchronized OperationNode.Builder step(
      String host, Stage stage, OperationNodeState state) {
    var id = node(host, stage);
    return OperationNode.newBuilder()
        .setId(id)
        .setParentId(node(host))
        .setKind(OperationNodeKind.OPERATION_NODE_KIND_STEP)
        .setState(state)
        .setName(stage.word())
        .setStartedAt(time(begun.computeIfAbsent(id, _ -> clock.instant())));
  }

  @Override
  public boolean canAsk() {
    return interactive;
  }

  @Override
  public Optional<Secret> askPassword(String host, Stage stage, String question) {
    if (!interactive) {
      return Optional.empty();
    }
    try {
      return report
          .ask(
              step(host, stage, OperationNodeState.OPERATION_NODE_STATE_WAITING)
                  .setPhase("waits for a password")
                  .setPrompt(
                      OperationPrompt.newBuilder()
                          .setId(nextPrompt())
                          .setKind(OperationPromptKind.OPERATION_PROMPT_KIND_PASSWORD)
                          .setText(firstLine(question)))
                  .build())
          .map(Secret::new);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(Reason.CANCELLED, "The question was given up.");
    } finally {
      stage(host, stage, StageState.RUNNING, "");
    }
  }

  private synchronized String nextPrompt() {
    asked++;
    return "prompt-" + asked;
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

  private static OperationNodeState state(Ending ending) {
    return switch (ending) {
      case UNCHANGED -> OperationNodeState.OPERATION_NODE_STATE_CACHED;
      case DONE, DONE_WITH_FAILED_UNITS, DONE_REBOOT_NEEDED, PLANNED ->
          OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED;
      case FAILED, REFUSED, ROLLED_BACK, STUCK, UNKNOWN ->
          OperationNodeState.OPERATION_NODE_STATE_FAILED;
      case SKIPPED -> OperationNodeState.OPERATION_NODE_STATE_SKIPPED;
      case CANCELLED -> OperationNodeState.OPERATION_NODE_STATE_CANCELLED;
    };
  }

  @Override
  public synchronized void finished(HostResult result) {
    (result.ending().isGood() ? good : failed).add(result.name());
    report.node(
        host(
                result.name(),
                state(result.ending()),
                result.failure().map(Throwable::getMessage).orElse(""))
            // What changes is in the result of the operation; events stay small.
            .setHostOutcome(DeployOutcomes.host(result, errors).toBuilder().clearChanges())
            .build());
    count();
  }

  @Override
  public void line(String host, Stage stage, String line) {
    report.log(node(host, stage), line);
  }

  @Override
  public void warning(String host, String text) {
    report.warning(node(host), text);
  }

  @Override
  public BuildListener build(List<String> hosts) {
    return new ReportedBuild(
        report, hosts.stream().<BuildTarget>map(BuildTarget.Host::new).toList(), false, clock);
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static Timestamp time(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }
}
