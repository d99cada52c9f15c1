package dev.arda.daemon.operation;

import com.google.rpc.Status;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationKind;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationResult;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Operations without a daemon. */
final class TestOperations {

  private int present;
  final Operations operations;

  TestOperations(Path directory, OperationLimits limits) {
    operations =
        new Operations(
            new OperationParts(
                directory,
                limits,
                Clock.systemUTC(),
                System::nanoTime,
                new Random(1),
                TestOperations::error,
                this::begin));
  }

  private synchronized Runnable begin() {
    present++;
    return this::end;
  }

  private synchronized void end() {
    present--;
    notifyAll();
  }

  /** Waits until no operation is there that would keep a daemon alive. */
  synchronized void awaitIdle() throws InterruptedException {
    while (present > 0) {
      wait();
    }
  }

  static OperationLimits limits(int builds) {
    var otherwise = OperationLimits.DEFAULT;
    return new OperationLimits(builds, otherwise.kept(), otherwise.age(), otherwise.bytes());
  }

  static Status error(Throwable failure) {
    boolean cancelled = failure instanceof NixException e && e.reason() == Reason.CANCELLED;
    return Status.newBuilder()
        .setCode(cancelled ? 1 : 2)
        .setMessage(String.valueOf(failure.getMessage()))
        .build();
  }

  static OperationSpec build(String flake) {
    return spec(flake, "", "", false);
  }

  static OperationSpec spec(String flake, String requestId, String joinKey, boolean survives) {
    return OperationSpec.of(OperationKind.OPERATION_KIND_BUILD, "build " + flake)
        .flake(flake)
        .requestId(requestId)
        .joinKey(joinKey)
        .survivesClients(survives)
        .build();
  }

  static OperationNode node(String id, OperationNodeState state) {
    return OperationNode.newBuilder().setId(id).setState(state).build();
  }

  static OperationResult nothing() {
    return OperationResult.getDefaultInstance();
  }

  /** All events up to the terminal one. */
  static List<OperationEvent> read(OperationEvents events) throws InterruptedException {
    try (events) {
      var result = new ArrayList<OperationEvent>();
      for (var event = events.next(); event.isPresent(); event = events.next()) {
        result.add(event.get());
      }
      return result;
    }
  }
}
