package dev.arda.client.cli.view;

import com.google.protobuf.Timestamp;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationAccepted;
import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationCounterKind;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationFinished;
import dev.arda.v1.OperationGap;
import dev.arda.v1.OperationLogChunk;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationState;
import dev.arda.v1.OperationUpdate;
import dev.arda.v1.OperationWarning;
import java.time.Instant;

/** Makes the events of an operation that begins at second 0, in their order. */
public final class Events {

  public static final String NAME = "operations/abcd2345";
  public static final Instant START = Instant.parse("2026-11-26T10:00:00Z");

  private long sequence;

  public static Timestamp at(double seconds) {
    var instant = START.plusMillis(Math.round(seconds * 1_000));
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  public static Operation operation(OperationState state) {
    return Operation.newBuilder()
        .setName(NAME)
        .setState(state)
        .setTitle("build .#all")
        .setCreatedAt(at(0))
        .build();
  }

  private OperationEvent.Builder next(double seconds) {
    return OperationEvent.newBuilder().setSequence(++sequence).setTime(at(seconds));
  }

  public OperationEvent accepted() {
    return next(0)
        .setAccepted(
            OperationAccepted.newBuilder()
                .setOperation(operation(OperationState.OPERATION_STATE_RUNNING)))
        .build();
  }

  public OperationEvent update(double seconds, OperationUpdate.Builder update) {
    return next(seconds).setUpdate(update).build();
  }

  public OperationEvent gap(double seconds, long lastMissing) {
    long first = sequence + 1;
    sequence = lastMissing;
    return OperationEvent.newBuilder()
        .setSequence(lastMissing)
        .setTime(at(seconds))
        .setGap(OperationGap.newBuilder().setFirstMissing(first).setLastMissing(lastMissing))
        .build();
  }

  public OperationEvent finished(double seconds, OperationState state, OperationResult result) {
    return next(seconds)
        .setFinished(
            OperationFinished.newBuilder()
                .setOperation(
                    operation(state).toBuilder().setFinishedAt(at(seconds)).setResult(result)))
        .build();
  }

  public static OperationUpdate.Builder state(OperationState state) {
    return OperationUpdate.newBuilder().setState(state);
  }

  public static OperationUpdate.Builder nodes(OperationNode.Builder... nodes) {
    var result = OperationUpdate.newBuilder();
    for (var node : nodes) {
      result.addNodes(node);
    }
    return result;
  }

  public static OperationNode.Builder node(OperationNodeKind kind, String name) {
    return OperationNode.newBuilder()
        .setId(kind.getNumber() + "/" + name)
        .setKind(kind)
        .setState(OperationNodeState.OPERATION_NODE_STATE_WAITING)
        .setName(name);
  }

  public static OperationNode.Builder running(OperationNode.Builder node, double since) {
    return node.clone()
        .setState(OperationNodeState.OPERATION_NODE_STATE_RUNNING)
        .setStartedAt(at(since));
  }

  public static OperationNode.Builder building(String name, double since) {
    return running(node(OperationNodeKind.OPERATION_NODE_KIND_BUILD, name), since)
        .setStorePath("/nix/store/0000-" + name + ".drv");
  }

  public static OperationNode.Builder ended(
      OperationNode.Builder node, OperationNodeState state, double at) {
    return node.clone().setState(state).setFinishedAt(at(at));
  }

  public static OperationNode.Builder succeeded(OperationNode.Builder node, double at) {
    return ended(node, OperationNodeState.OPERATION_NODE_STATE_SUCCEEDED, at);
  }

  public static OperationNode.Builder failed(OperationNode.Builder node, double at, String why) {
    return ended(node, OperationNodeState.OPERATION_NODE_STATE_FAILED, at).setFailure(why);
  }

  public static OperationCounter.Builder counter(
      OperationCounterKind kind, long done, long running, long failed, long expected) {
    return OperationCounter.newBuilder()
        .setKind(kind)
        .setDone(done)
        .setRunning(running)
        .setFailed(failed)
        .setExpected(expected);
  }

  public static OperationLogChunk.Builder log(OperationNode.Builder node, String text) {
    return OperationLogChunk.newBuilder().setNodeId(node.getId()).setText(text);
  }

  public static OperationWarning.Builder warning(String text) {
    return OperationWarning.newBuilder().setText(text);
  }
}
