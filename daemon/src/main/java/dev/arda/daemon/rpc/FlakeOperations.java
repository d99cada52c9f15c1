package dev.arda.daemon.rpc;

import dev.arda.daemon.operation.OperationSpec;
import dev.arda.daemon.operation.OperationWork;
import dev.arda.daemon.operation.Operations;
import dev.arda.daemon.operation.store.FlakeWork;
import dev.arda.nix.core.FlakeCommands;
import dev.arda.nix.types.CallContext;
import dev.arda.v1.CheckRequest;
import dev.arda.v1.CheckResponse;
import dev.arda.v1.LockRequest;
import dev.arda.v1.LockResponse;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationKind;
import dev.arda.v1.UpdateRequest;
import dev.arda.v1.UpdateResponse;
import java.util.function.Function;

/** The methods of {@code arda.v1.FlakeService} that start operations. */
final class FlakeOperations {

  /** The most inputs that one request may name. */
  static final int MAX_INPUTS = 1000;

  private final FlakeWork work;
  private final OperationStream operations;

  FlakeOperations(FlakeWork work, Operations operations) {
    this.work = work;
    this.operations = new OperationStream(operations);
  }

  void update(UpdateRequest request, ResponseStream<UpdateResponse> stream) {
    var context =
        StoreRpc.context(
            request.hasContext(),
            request.getContext(),
            check -> {
              check.text(request.getFlake(), "flake");
              RepeatedCheck.optionalTexts(request.getInputsList(), "inputs", MAX_INPUTS, check);
            });
    request.getInputsList().forEach(FlakeCommands::input);
    start(
        "update",
        flake(context, request.getFlake()),
        String.join(" ", request.getInputsList()),
        request.getRequestId(),
        request.getDetached(),
        work.update(context, request.getFlake(), request.getInputsList()),
        stream,
        event -> UpdateResponse.newBuilder().setEvent(event).build());
  }

  void lock(LockRequest request, ResponseStream<LockResponse> stream) {
    var context =
        StoreRpc.context(
            request.hasContext(),
            request.getContext(),
            check -> check.text(request.getFlake(), "flake"));
    start(
        "lock",
        flake(context, request.getFlake()),
        "",
        request.getRequestId(),
        request.getDetached(),
        work.lock(context, request.getFlake()),
        stream,
        event -> LockResponse.newBuilder().setEvent(event).build());
  }

  void check(CheckRequest request, ResponseStream<CheckResponse> stream) {
    var context =
        StoreRpc.context(
            request.hasContext(),
            request.getContext(),
            check -> check.text(request.getFlake(), "flake"));
    start(
        "check",
        flake(context, request.getFlake()),
        "",
        request.getRequestId(),
        request.getDetached(),
        work.check(context, request.getFlake(), !request.getNoBuild(), request.getAllSystems()),
        stream,
        event -> CheckResponse.newBuilder().setEvent(event).build());
  }

  private String flake(CallContext context, String given) {
    return work.locks().resolve(context, given).text();
  }

  private <T> void start(
      String verb,
      String flake,
      String more,
      String requestId,
      boolean detached,
      OperationWork what,
      ResponseStream<T> stream,
      Function<OperationEvent, T> response) {
    operations.start(
        OperationSpec.of(
                OperationKind.OPERATION_KIND_FLAKE, (verb + " " + flake + " " + more).strip())
            .flake(flake)
            .requestId(requestId)
            .survivesClients(detached)
            .build(),
        what,
        stream,
        response);
  }
}
