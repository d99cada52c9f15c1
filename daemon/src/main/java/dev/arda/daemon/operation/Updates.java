package dev.arda.daemon.operation;

import com.google.protobuf.MessageLite;
import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationLogChunk;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationState;
import dev.arda.v1.OperationUpdate;
import dev.arda.v1.OperationWarning;
import java.util.ArrayList;
import java.util.List;

/** Packs changes into as few updates as their size allows. For one thread. */
final class Updates {

  /** The size of an update in bytes, beyond which the next change begins another. */
  static final int TARGET_BYTES = 64 * 1024;

  private final List<OperationUpdate> full = new ArrayList<>();
  private OperationUpdate.Builder current = OperationUpdate.newBuilder();
  private int bytes;

  void state(OperationState state, int queuePosition) {
    current.setState(state).setQueuePosition(queuePosition);
    bytes += 1;
  }

  void node(OperationNode node) {
    make(node);
    current.addNodes(node);
  }

  void counter(OperationCounter counter) {
    make(counter);
    current.addCounters(counter);
  }

  void log(OperationLogChunk chunk) {
    make(chunk);
    current.addLogs(chunk);
  }

  void warning(OperationWarning warning) {
    make(warning);
    current.addWarnings(warning);
  }

  private void make(MessageLite room) {
    int size = room.getSerializedSize() + 8;
    if (bytes > 0 && bytes + size > TARGET_BYTES) {
      full.add(current.build());
      current = OperationUpdate.newBuilder();
      bytes = 0;
    }
    bytes += size;
  }

  /** The updates. */
  List<OperationUpdate> done() {
    if (bytes > 0) {
      full.add(current.build());
    }
    return List.copyOf(full);
  }
}
