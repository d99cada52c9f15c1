package dev.arda.daemon.operation;

import dev.arda.v1.OperationState;

/** What can be said of states. */
final class OperationStates {

  private OperationStates() {}

  /** Whether an operation in this state has ended. */
  static boolean isFinal(OperationState state) {
    return switch (state) {
      case OPERATION_STATE_SUCCEEDED,
          OPERATION_STATE_FAILED,
          OPERATION_STATE_CANCELLED,
          OPERATION_STATE_INTERRUPTED ->
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
