package dev.arda.daemon.rpc;

import dev.arda.daemon.operation.NamedOperations;
import dev.arda.daemon.operation.OperationReport;
import dev.arda.v1.AnswerPromptRequest;
import dev.arda.v1.AnswerPromptResponse;
import dev.arda.v1.CancelOperationRequest;
import dev.arda.v1.CancelOperationResponse;
import dev.arda.v1.GetOperationRequest;
import dev.arda.v1.GetOperationResponse;
import dev.arda.v1.ListOperationsRequest;
import dev.arda.v1.ListOperationsResponse;
import dev.arda.v1.OperationServiceGrpc.OperationServiceImplBase;
import dev.arda.v1.ReadOperationLogRequest;
import dev.arda.v1.ReadOperationLogResponse;
import dev.arda.v1.WatchOperationRequest;
import dev.arda.v1.WatchOperationResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;

/** {@code arda.v1.OperationService}. */
final class OperationRpc extends OperationServiceImplBase {

  private static final Duration MAX_GRACE = Duration.ofHours(1);

  private final NamedOperations operations;
  private final CallRunner runner;

  OperationRpc(NamedOperations operations, CallRunner runner) {
    this.operations = operations;
    this.runner = runner;
  }

  @Override
  public void watchOperation(
      WatchOperationRequest request, StreamObserver<WatchOperationResponse> responses) {
    runner.stream(
        responses,
        stream -> {
          var name = request.getName();
          var known =
              operations
                  .get(name)
                  .orElseThrow(() -> DaemonFault.operationNotFound(name))
                  .operation()
                  .getLastSequence();
          new RequestCheck()
              .require(
                  Long.compareUnsigned(request.getAfterSequence(), known) <= 0,
                  "after_sequence",
                  "is greater than the number of the newest event, %d".formatted(known))
              .done();
          try (var events =
              operations
                  .watch(name, request.getAfterSequence())
                  .orElseThrow(() -> DaemonFault.operationNotFound(name))) {
            OperationStream.tell(
                events,
                stream,
                event -> WatchOperationResponse.newBuilder().setEvent(event).build());
          }
        });
  }

  @Override
  public void getOperation(
      GetOperationRequest request, StreamObserver<GetOperationResponse> responses) {
    runner.unary(
        responses,
        () -> {
          var view =
              operations
                  .get(request.getName())
                  .orElseThrow(() -> DaemonFault.operationNotFound(request.getName()));
          return new OperationAnswer(view).response();
        });
  }

  @Override
  public void listOperations(
      ListOperationsRequest request, StreamObserver<ListOperationsResponse> responses) {
    runner.unary(
        responses,
        () -> {
          var page = new OperationPage(request);
          var parent = request.getFilter().getParent();
          return page.of(
              parent.isEmpty()
                  ? operations.list()
                  : operations
                      .parts(parent)
                      .orElseThrow(() -> DaemonFault.operationNotFound(parent)));
        });
  }

  @Override
  public void cancelOperation(
      CancelOperationRequest request, StreamObserver<CancelOperationResponse> responses) {
    runner.unary(
        responses,
        () -> {
          new RequestCheck()
              .require(Times.isPlausible(request.getGrace()), "grace", "is negative or malformed")
              .done();
          var name = request.getName();
          var grace =
              request.hasGrace()
                  ? Times.fromProto(request.getGrace(), MAX_GRACE)
                  : OperationReport.DEFAULT_GRACE;
          var operation =
              request.getRequestId().isEmpty()
                  ? operations.cancel(name, grace)
                  : operations.withdraw(name, request.getRequestId(), grace);
          return CancelOperationResponse.newBuilder()
              .setOperation(operation.orElseThrow(() -> DaemonFault.operationNotFound(name)))
              .build();
        });
  }

  @Override
  public void answerPrompt(
      AnswerPromptRequest request, StreamObserver<AnswerPromptResponse> responses) {
    runner.unary(
        responses,
        () -> {
          new RequestCheck()
              .require(
                  request.getAnswerCase() != AnswerPromptRequest.AnswerCase.ANSWER_NOT_SET,
                  "answer",
                  "is missing")
              .done();
          var answer =
              request.hasSecret() ? Optional.of(request.getSecret()) : Optional.<String>empty();
          if (!operations.answer(
              request.getName(), request.getRequestId(), request.getPromptId(), answer)) {
            throw DaemonFault.promptNotFound(request.getName());
          }
          return AnswerPromptResponse.getDefaultInstance();
        });
  }

  @Override
  public void readOperationLog(
      ReadOperationLogRequest request, StreamObserver<ReadOperationLogResponse> responses) {
    runner.stream(
        responses,
        stream -> {
          var name = request.getName();
          try (var log =
              operations
                  .log(name, request.getNodeId(), request.getFollow())
                  .orElseThrow(() -> DaemonFault.operationNotFound(name))) {
            for (var part = log.next(); part.isPresent(); part = log.next()) {
              stream.write(ReadOperationLogResponse.newBuilder().setText(part.get()).build());
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OperationStream.gone();
          }
        });
  }
}
