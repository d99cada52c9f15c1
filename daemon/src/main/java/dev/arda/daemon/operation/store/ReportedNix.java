package dev.arda.daemon.operation.store;

import com.google.protobuf.Timestamp;
import dev.arda.daemon.operation.OperationReport;
import dev.arda.nix.core.InternalJsonLog;
import dev.arda.nix.core.NixLogEvent;
import dev.arda.nix.core.NixLogEvent.ActivityType;
import dev.arda.nix.core.NixLogEvent.ResultType;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.TerminalText;
import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationCounterKind;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;
import dev.arda.v1.OperationNodeState;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tells in nodes, counters and log lines what one Nix does while it copies, verifies, collects or
 * checks. The copy or build of a store path is a node named by the last part of the path, which is
 * the same for all who watch. One thread tells the lines.
 */
final class ReportedNix implements OutputListener {

  private static final int INFORMATION = 3;

  private final OperationReport report;
  private final InstantSource clock;
  private final Map<Long, OperationNode> running = new HashMap<>();
  private long copies; // the activity around all copies
  private long copied;
  private long copiesExpected;

  ReportedNix(OperationReport report, InstantSource clock) {
    this.report = report;
    this.clock = clock;
  }

  @Override
  public void standardError(String line) {
    var event = InternalJsonLog.decode(line);
    if (event.isEmpty()) {
      report.log("", line);
      return;
    }
    switch (event.get()) {
      case NixLogEvent.Start start -> start(start);
      case NixLogEvent.Stop stop -> stop(stop.id());
      case NixLogEvent.Result result -> result(result);
      case NixLogEvent.Message message -> said(message);
    }
  }

  private void said(NixLogEvent.Message message) {
    var text = TerminalText.strip(message.text());
    if (text.startsWith("warning: ")) {
      report.warning("", text.substring("warning: ".length()));
    } else if (message.level() <= INFORMATION) {
      text.lines().forEach(line -> report.log("", line));
    }
  }

  private void start(NixLogEvent.Start start) {
    var kind = kind(start.type());
    if (kind.isPresent() && !start.fields().isEmpty()) {
      var path = start.fields().getFirst();
      var id = path.substring(path.lastIndexOf('/') + 1);
      var node =
          OperationNode.newBuilder()
              .setId(id)
              .setKind(kind.get())
              .setState(OperationNodeState.OPERATION_NODE_STATE_RUNNING)
              .setName(id.replaceFirst("^[0-9a-z]{32}-", "").replaceFirst("\\.drv$", ""))
              .setStorePath(path)
              .setStartedAt(now())
              .build();
      running.put(start.id(), node);
      report.node(node);
    } else if (start.type() == ActivityType.COPY_PATHS) {
      copies = start.id();
    } else if (!start.text().isEmpty() && start.level() <= INFORMATION) {
      report.log("", TerminalText.strip(start.text()));
    }
  }

  private static Optional<OperationNodeKind> kind(ActivityType type) {
    return switch (type) {
      case COPY_PATH -> Optional.of(OperationNodeKind.OPERATION_NODE_KIND_COPY);
      case BUILD -> Optional.of(OperationNodeKind.OPERATION_NODE_KIND_BUILD);
      case UNKNOWN,
          OTHER,
          FILE_TRANSFER,
          REALISE,
          COPY_PATHS,
          BUILDS,
          OPTIMISE_STORE,
          VERIFY_PATHS,
          SUBSTITUTE,
          QUERY_PATH_INFO,
          POST_BUILD_HOOK,
          BUILD_WAITING,
          FETCH_TREE ->
          Optional.empty();
    };
  }

  /** An activity ends without a word on how; what failed is told by the operation's result. */
  private void stop(long id) {
    var node = running.remove(id);
    if (node == null) {
      return;
    }
    report.node(
        node.toBuilder()
            .setState(OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED)
            .setDone(node.getExpected())
            .setFinishedAt(now())
            .build());
    if (node.getKind() == OperationNodeKind.OPERATION_NODE_KIND_COPY) {
      copied++;
      count();
    }
  }

  private void result(NixLogEvent.Result result) {
    var node = running.get(result.id());
    if (result.type() == ResultType.BUILD_LOG_LINE && !result.fields().isEmpty()) {
      report.log(node == null ? "" : node.getId(), result.fields().getFirst());
    } else if (result.type() == ResultType.PROGRESS && result.id() == copies) {
      copiesExpected = Math.max(copiesExpected, result.number(1));
      count();
    } else if (result.type() == ResultType.PROGRESS && node != null) {
      var moved = node.toBuilder().setDone(result.number(0)).setExpected(result.number(1)).build();
      running.put(result.id(), moved);
      report.node(moved);
    } else if (result.type() == ResultType.SET_PHASE
        && node != null
        && !result.fields().isEmpty()) {
      var moved = node.toBuilder().setPhase(TerminalText.strip(result.fields().getFirst())).build();
      running.put(result.id(), moved);
      report.node(moved);
    }
  }

  private void count() {
    copiesExpected = Math.max(copiesExpected, copied);
    report.counter(
        OperationCounter.newBuilder()
            .setKind(OperationCounterKind.OPERATION_COUNTER_KIND_COPIES)
            .setDone(copied)
            .setExpected(copiesExpected)
            .build());
  }

  private Timestamp now() {
    var now = clock.instant();
    return Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()).build();
  }
}
