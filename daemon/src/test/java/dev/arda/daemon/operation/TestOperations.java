package dev.arda.daemon.operation;

import com.google.rpc.Status;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationKind;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationResult;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** Operations without a daemon. */
final class TestOperations {

  final AtomicInteger present = new AtomicInteger();
  final Operations operations;

  TestOperations(int maximumBuilds) {
    operations =
        new Operations(
            new OperationParts(
                Clock.systemUTC(),
                System::nanoTime,
                new Random(1),
                TestOperations::error,
                () -> {
                  present.incrementAndGet();
                  return present::decrementAndGet;
                },
                maximumBuilds));
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
    return new OperationSpec(
        OperationKind.OPERATION_KIND_BUILD,
        "build " + flake,
        flake,
        List.of(),
        List.of(),
        requestId,
        joinKey,
        survives);
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
