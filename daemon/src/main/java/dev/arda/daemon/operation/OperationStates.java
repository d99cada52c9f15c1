package dev.arda.daemon.operation;

import dev.arda.v1.Operation;
import dev.arda.v1.OperationState;
import java.time.Instant;

/** What can be said of states. */
final class OperationStates {

  private OperationStates() {}

  /** An operation without what came of it, and without the details of its error. */
  static Operation brief(Operation operation) {
    if (!operation.hasResult()) {
      return operation;
    }
    var result = operation.getResult().toBuilder().clearOutcome();
    if (result.hasError()) {
      result.getErrorBuilder().clearDetails();
    }
    return operation.toBuilder().setResult(result).build();
  }

  /** When it ended; the epoch if it has not. */
  static Instant finishedAt(Operation operation) {
    var time = operation.getFinishedAt();
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  /** When it was accepted. */
  static Instant createdAt(Operation operation) {
    var time = operation.getCreatedAt();
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  /** Whether an operation in this state has ended. */
  static boolean isFinal(OperationState state) {
    return switch (state) {
      case OPERATION_STATE_SUCCEEDED,
          OPERATION_STATE_FAILED,
          OPERATION_STATE_CANCELLED,
          OPERATION_STATE_INTERRUPTED,
          OPERATION_STATE_SKIPPED ->
          true;
      case OPERATION_STATE_UNSPECIFIED,
          OPERATION_STATE_QUEUED,
          OPERATION_STATE_RUNNING,
          OPERATION_STATE_CANCELLING,
          UNRECOGNIZED ->
          false;
    };
  }
}
