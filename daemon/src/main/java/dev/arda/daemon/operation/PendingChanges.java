package dev.arda.daemon.operation;

import dev.arda.nix.core.TerminalText;
import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationCounterKind;
import dev.arda.v1.OperationLogChunk;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationState;
import dev.arda.v1.OperationUpdate;
import dev.arda.v1.OperationWarning;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * What has changed since the last event. Of several changes to one node or counter the newest is
 * kept; what is printed is kept as far as {@link LogClip} lets it pass. Thread-safe; its lock is
 * held for moments only, and never while something is written.
 */
final class PendingChanges {

  /** A line that is longer is not shown in events: it would not fit into one. */
  static final int LONGEST_LINE = 32 * 1024;

  /** Bytes for the log on disk, beyond which they should be written. */
  static final int BACKLOG_BYTES = 256 * 1024;

  private static final int LONGEST_WARNING = 4 * 1024;

  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, OperationNode> nodes = new LinkedHashMap<>();
  private final Map<OperationCounterKind, OperationCounter> counters =
      new EnumMap<>(OperationCounterKind.class);
  private final Map<OperationCounterKind, Long> expected =
      new EnumMap<>(OperationCounterKind.class);
  private final Map<String, NodeLog> logs = new HashMap<>();
  private final List<NodeLog> printed = new ArrayList<>();
  private final List<Segment> backlog = new ArrayList<>();
  private int backlogBytes;
  private final List<OperationWarning> warnings = new ArrayList<>();
  private OperationState state = OperationState.OPERATION_STATE_UNSPECIFIED;
  private int queuePosition;
  private boolean queueMoved;
  private boolean closed;

  /**
   * No changes.
   *
   * @param nanos a time that never runs backwards
   */
  PendingChanges(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** What one node printed without another in between, as it was printed. */
  private record Segment(String nodeId, ByteArrayOutputStream text) {}

  /** What one node printed, as far as it will be told. */
  private static final class NodeLog {
    final String nodeId;
    final LogClip clip;
    final List<OperationLogChunk> chunks = new ArrayList<>();
    final StringBuilder text = new StringBuilder();
    int textBytes;
    long clippedBefore; // left out before the text
    long clipped; // left out after the text
    boolean marked; // whether the clipping that goes on now was told
    boolean listed;

    NodeLog(String nodeId, LogClip clip) {
      this.nodeId = nodeId;
      this.clip = clip;
    }

    void pass(String line, int bytes) {
      if (clipped > 0) {
        cut();
        clippedBefore = clipped;
        clipped = 0;
      } else if (textBytes + bytes > LONGEST_LINE) {
        cut();
      }
      marked = false;
      text.append(line).append('\n');
      textBytes += bytes;
    }

    private void cut() {
      if (textBytes > 0 || clippedBefore > 0) {
        chunks.add(chunk(text.toString(), clippedBefore));
        text.setLength(0);
        textBytes = 0;
        clippedBefore = 0;
      }
    }

    private OperationLogChunk chunk(String what, long before) {
      return OperationLogChunk.newBuilder()
          .setNodeId(nodeId)
          .setText(what)
          .setClippedBytes(before)
          .build();
    }

    /** Takes what there is. Clipping is told when it begins, when it ends, and at the end. */
    List<OperationLogChunk> take(boolean end) {
      cut();
      if (clipped > 0 && (!marked || end)) {
        chunks.add(chunk("", clipped));
        clipped = 0;
        marked = true;
      }
      var result = List.copyOf(chunks);
      chunks.clear();
      listed = false;
      return result;
    }
  }

  void node(OperationNode node) {
    change(() -> nodes.put(node.getId(), node));
  }

  /** A node of which there is news; empty if there is none. */
  Optional<OperationNode> node(String id) {
    lock.lock();
    try {
      return Optional.ofNullable(nodes.get(id));
    } finally {
      lock.unlock();
    }
  }

  void counter(OperationCounter counter) {
    change(() -> {
      long most =
          expected.merge(counter.getKind(), counter.getExpected(), PendingChanges::unsignedMax);
      counters.put(counter.getKind(), counter.toBuilder().setExpected(most).build());
    });
  }

  private static long unsignedMax(long a, long b) {
    return Long.compareUnsigned(a, b) >= 0 ? a : b;
  }

  void warning(String nodeId, String text) {
    var line = TerminalText.strip(text).replaceAll("\\s+", " ").strip();
    var shown = line.length() > LONGEST_WARNING ? line.substring(0, LONGEST_WARNING) + "…" : line;
    change(
        () -> warnings.add(OperationWarning.newBuilder().setNodeId(nodeId).setText(shown).build()));
  }

  /**
   * A line was printed.
   *
   * @return whether there is so much for the log on disk that it should be written now
   */
  boolean log(String nodeId, String line) {
    var raw = (line.replace('\n', ' ') + "\n").getBytes(StandardCharsets.UTF_8);
    var shown = TerminalText.strip(line).replace("\n", " ");
    int bytes = shown.getBytes(StandardCharsets.UTF_8).length + 1;
    change(() -> {
      keep(nodeId, raw);
      var now = nanos.getAsLong();
      var log = logs.computeIfAbsent(nodeId, id -> new NodeLog(id, new LogClip(now)));
      if (bytes <= LONGEST_LINE && log.clip.admit(bytes, now)) {
        log.pass(shown, bytes);
      } else {
        log.clipped += bytes;
      }
      if (!log.listed) {
        log.listed = true;
        printed.add(log);
      }
    });
    return isBacklogFull();
  }

  private void keep(String nodeId, byte[] raw) {
    if (backlog.isEmpty() || !backlog.getLast().nodeId().equals(nodeId)) {
      backlog.add(new Segment(nodeId, new ByteArrayOutputStream()));
    }
    backlog.getLast().text().writeBytes(raw);
    backlogBytes += raw.length;
  }

  private boolean isBacklogFull() {
    lock.lock();
    try {
      return backlogBytes > BACKLOG_BYTES;
    } finally {
      lock.unlock();
    }
  }

  /** Takes what is for the log on disk. */
  List<LogFile.Text> takeBacklog() {
    lock.lock();
    try {
      var texts =
          backlog.stream()
              .map(segment -> new LogFile.Text(segment.nodeId(), segment.text().toByteArray()))
              .toList();
      backlog.clear();
      backlogBytes = 0;
      return texts;
    } finally {
      lock.unlock();
    }
  }

  void state(OperationState now) {
    change(() -> state = now);
  }

  void queuePosition(int position) {
    change(() -> {
      queuePosition = position;
      queueMoved = true;
    });
  }

  private void change(Runnable how) {
    lock.lock();
    try {
      if (!closed) {
        how.run();
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is something to tell.
   *
   * @return whether there is; false: it was closed
   */
  boolean await() throws InterruptedException {
    lock.lock();
    try {
      while (!closed && isEmpty()) {
        changed.await();
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits.
   *
   * @return whether it was not closed within that time
   */
  boolean rest(long forNanos) throws InterruptedException {
    lock.lock();
    try {
      var left = forNanos;
      while (!closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private boolean isEmpty() {
    return nodes.isEmpty()
        && counters.isEmpty()
        && printed.isEmpty()
        && warnings.isEmpty()
        && state == OperationState.OPERATION_STATE_UNSPECIFIED
        && !queueMoved;
  }

  /** Takes all changes, as one or several updates; none if nothing has changed. */
  List<OperationUpdate> take() {
    return take(false);
  }

  /** Takes all changes for the last time; what is told later is dropped. */
  List<OperationUpdate> close() {
    return take(true);
  }

  private List<OperationUpdate> take(boolean end) {
    lock.lock();
    try {
      var updates = new Updates();
      if (end) {
        closed = true;
        changed.signalAll();
        for (var log : logs.values()) {
          if (!log.listed && log.clipped > 0) {
            printed.add(log);
          }
        }
      }
      if (state != OperationState.OPERATION_STATE_UNSPECIFIED || queueMoved) {
        updates.state(state, queuePosition);
      }
      nodes.values().forEach(updates::node);
      counters.values().forEach(updates::counter);
      for (var log : printed) {
        log.take(end).forEach(updates::log);
      }
      warnings.forEach(updates::warning);
      nodes.clear();
      counters.clear();
      printed.clear();
      warnings.clear();
      state = OperationState.OPERATION_STATE_UNSPECIFIED;
      queueMoved = false;
      return updates.done();
    } finally {
      lock.unlock();
    }
  }
}
