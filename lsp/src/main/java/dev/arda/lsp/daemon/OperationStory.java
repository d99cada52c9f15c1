package dev.arda.lsp.daemon;

import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationCounterKind;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeState;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/** What an operation does, in a line that changes. Of one thread. */
final class OperationStory {

  private final Map<OperationCounterKind, OperationCounter> counters =
      new EnumMap<>(OperationCounterKind.class);
  private final LinkedHashMap<String, OperationNode> running = new LinkedHashMap<>();
  private int most;
  private String last = "";

  /** Takes an event, and tells what is new. */
  void tell(OperationEvent event, Operations.Listener listener) {
    if (event.hasGap()) {
      counters.clear();
      running.clear();
      return;
    }
    if (!event.hasUpdate()) {
      return;
    }
    var update = event.getUpdate();
    update.getCountersList().forEach(counter -> counters.put(counter.getKind(), counter));
    for (var node : update.getNodesList()) {
      // The newest is told; one that goes on working becomes it again.
      running.remove(node.getId());
      if (node.getState() == OperationNodeState.OPERATION_NODE_STATE_RUNNING) {
        running.put(node.getId(), node);
      } else if (node.getState() == OperationNodeState.OPERATION_NODE_STATE_FAILED) {
        failed(node, listener);
      }
    }
    update.getWarningsList().forEach(warning -> listener.printed(warning.getText()));
    var message = message();
    int before = most;
    var percent = percent();
    if (!message.equals(last) || most != before) {
      last = message;
      listener.moved(percent, message);
    }
  }

  private static void failed(OperationNode node, Operations.Listener listener) {
    listener.printed(
        node.getName() + (node.getFailure().isEmpty() ? " failed" : ": " + node.getFailure()));
    node.getLastLinesList().forEach(line -> listener.printed("  " + line));
  }

  private OptionalInt percent() {
    long done = 0;
    long expected = 0;
    for (var kind :
        new OperationCounterKind[] {
          OperationCounterKind.OPERATION_COUNTER_KIND_BUILDS,
          OperationCounterKind.OPERATION_COUNTER_KIND_DOWNLOADS,
          OperationCounterKind.OPERATION_COUNTER_KIND_COPIES
        }) {
      var counter = counters.getOrDefault(kind, OperationCounter.getDefaultInstance());
      done += counter.getDone();
      expected += counter.getExpected();
    }
    if (expected == 0) {
      return OptionalInt.empty();
    }
    most = Math.max(most, Math.clamp(100 * done / expected, 0, 100));
    return OptionalInt.of(most);
  }

  private String message() {
    if (running.isEmpty()) {
      return "";
    }
    var node = running.lastEntry().getValue();
    var doing =
        switch (node.getKind()) {
          case OPERATION_NODE_KIND_BUILD -> "builds " + node.getName();
          case OPERATION_NODE_KIND_DOWNLOAD -> "downloads " + node.getName();
          case OPERATION_NODE_KIND_COPY -> "copies " + node.getName();
          case OPERATION_NODE_KIND_EVALUATION -> "evaluates";
          case OPERATION_NODE_KIND_TARGET,
              OPERATION_NODE_KIND_STEP,
              OPERATION_NODE_KIND_UNSPECIFIED,
              UNRECOGNIZED ->
              node.getName();
        };
    return node.getPhase().isEmpty() ? doing : doing + ": " + node.getPhase();
  }
}
