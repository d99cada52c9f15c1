package dev.arda.client.cli.view;

import com.google.protobuf.util.Timestamps;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationCounterKind;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationGap;
import dev.arda.v1.OperationLogChunk;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationState;
import dev.arda.v1.OperationUpdate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of one operation: a fold over its events. Two models that were given the same
 * events answer the same, whoever watched from when. Not thread-safe.
 */
public final class OperationModel {

  private final Map<String, OperationNode> nodes = new LinkedHashMap<>();
  private final Map<String, OperationNode> running = new LinkedHashMap<>();
  private final Map<String, String> lastLines = new HashMap<>();
  private final Map<OperationCounterKind, OperationCounter> counters =
      new EnumMap<>(OperationCounterKind.class);
  private final Rate downloadRate = new Rate();
  private Operation operation = Operation.getDefaultInstance();
  private OperationState state = OperationState.OPERATION_STATE_UNSPECIFIED;
  private int queuePosition;
  private long lastSequence;
  private long lastMissing;

  /**
   * Takes the next event in. One that is known already, as happens after a connection was lost,
   * changes nothing.
   *
   * @param listener is told what changed
   */
  public void apply(OperationEvent event, OperationListener listener) {
    if (event.getSequence() != 0 && event.getSequence() <= lastSequence && !tellsMissing(event)) {
      return;
    }
    lastSequence = event.getSequence();
    switch (event.getEventCase()) {
      case ACCEPTED -> learn(event.getAccepted().getOperation(), listener);
      case UPDATE -> update(event, event.getUpdate(), listener);
      case FINISHED -> {
        running.clear();
        learn(event.getFinished().getOperation(), listener);
        listener.finished(operation);
      }
      case GAP -> forget(event.getGap(), listener);
      // Something that a newer daemon tells and this client does not know.
      case EVENT_NOT_SET -> {}
    }
  }

  /** A gap and the updates that stand in for what is missing share the number before it. */
  private boolean tellsMissing(OperationEvent event) {
    return event.getSequence() == lastSequence && (event.hasGap() || lastSequence < lastMissing);
  }

  private void forget(OperationGap gap, OperationListener listener) {
    lastMissing = gap.getLastMissing();
    listener.missing(gap.getFirstMissing(), lastMissing);
    if (lastSequence < lastMissing) {
      // Told anew by what follows; those that have ended are known to have, and not told as news.
      running.clear();
    }
  }

  private void learn(Operation told, OperationListener listener) {
    operation = told;
    state = told.getState();
    queued(told.getQueuePosition(), listener);
  }

  private void queued(int position, OperationListener listener) {
    if (position != queuePosition) {
      queuePosition = position;
      if (position > 0) {
        listener.queued(position);
      }
    }
  }

  private void update(OperationEvent event, OperationUpdate update, OperationListener listener) {
    if (update.getState() != OperationState.OPERATION_STATE_UNSPECIFIED) {
      state = update.getState();
    }
    boolean waits = state == OperationState.OPERATION_STATE_QUEUED;
    queued(waits ? update.getQueuePosition() : 0, listener);
    for (var counter : update.getCountersList()) {
      counters.put(counter.getKind(), counter);
      if (counter.getKind() == OperationCounterKind.OPERATION_COUNTER_KIND_DOWNLOAD_BYTES) {
        downloadRate.add(Timestamps.toMillis(event.getTime()), counter.getDone());
      }
    }
    // One event may tell that something began, what it printed, and that it ended.
    var ended = new ArrayList<OperationNode>();
    for (var node : update.getNodesList()) {
      var before = nodes.put(node.getId(), node);
      note(node, before == null ? OperationNode.getDefaultInstance() : before, ended, listener);
    }
    update.getLogsList().forEach(chunk -> printed(chunk, listener));
    for (var warning : update.getWarningsList()) {
      listener.warned(node(warning.getNodeId()), warning.getText());
    }
    for (var node : ended) {
      lastLines.remove(node.getId());
      listener.ended(node);
    }
  }

  private void note(
      OperationNode node,
      OperationNode before,
      List<OperationNode> ended,
      OperationListener listener) {
    if (node.getState() == OperationNodeState.OPERATION_NODE_STATE_RUNNING) {
      running.put(node.getId(), node);
    } else {
      running.remove(node.getId());
    }
    if (hasBegun(node.getState()) && !hasBegun(before.getState())) {
      listener.began(node);
    }
    if (isFinal(node.getState()) && !isFinal(before.getState())) {
      ended.add(node);
    }
  }

  private void printed(OperationLogChunk chunk, OperationListener listener) {
    var text = chunk.getText();
    var last = text.stripTrailing();
    last = last.substring(last.lastIndexOf('\n') + 1).strip();
    if (!last.isEmpty()) {
      lastLines.put(chunk.getNodeId(), last);
    }
    listener.printed(node(chunk.getNodeId()), text, chunk.getClippedBytes());
  }

  private static boolean hasBegun(OperationNodeState state) {
    return switch (state) {
      case OPERATION_NODE_STATE_RUNNING,
          OPERATION_NODE_STATE_SUCCEEDED,
          OPERATION_NODE_STATE_FAILED ->
          true;
      case OPERATION_NODE_STATE_UNSPECIFIED,
          OPERATION_NODE_STATE_WAITING,
          OPERATION_NODE_STATE_CACHED,
          OPERATION_NODE_STATE_CANCELLED,
          OPERATION_NODE_STATE_SKIPPED,
          UNRECOGNIZED ->
          false;
    };
  }

  static boolean isFinal(OperationNodeState state) {
    return switch (state) {
      case OPERATION_NODE_STATE_SUCCEEDED,
          OPERATION_NODE_STATE_FAILED,
          OPERATION_NODE_STATE_CACHED,
          OPERATION_NODE_STATE_CANCELLED,
          OPERATION_NODE_STATE_SKIPPED ->
          true;
      case OPERATION_NODE_STATE_UNSPECIFIED,
          OPERATION_NODE_STATE_WAITING,
          OPERATION_NODE_STATE_RUNNING,
          UNRECOGNIZED ->
          false;
    };
  }

  /** The operation as it was told last. */
  public Operation operation() {
    return operation;
  }

  /** Where it is now. */
  public OperationState state() {
    return state;
  }

  /** How many are before it in the queue; 0 unless it waits. */
  public int queuePosition() {
    return queuePosition;
  }

  /** Number of the newest event. */
  public long lastSequence() {
    return lastSequence;
  }

  /** A node by its id; the default one where there is none. */
  public OperationNode node(String id) {
    return nodes.getOrDefault(id, OperationNode.getDefaultInstance());
  }

  /** All nodes, in the order in which they appeared. */
  public Collection<OperationNode> nodes() {
    return Collections.unmodifiableCollection(nodes.values());
  }

  /** Those that work, in the order in which they began. */
  public Collection<OperationNode> running() {
    return Collections.unmodifiableCollection(running.values());
  }

  /** The line that a node printed last; empty: none, or it has ended. */
  public String lastLine(OperationNode node) {
    return lastLines.getOrDefault(node.getId(), "");
  }

  /** A counter; one of zeros where none was told. */
  public OperationCounter counter(OperationCounterKind kind) {
    return counters.getOrDefault(kind, OperationCounter.getDefaultInstance());
  }

  /** Bytes that were downloaded in a second lately; 0: unknown, or none. */
  public long downloadBytesPerSecond() {
    return downloadRate.perSecond();
  }
}
