package dev.arda.client.cli.view;

import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;

/** What the kind of a node means for how it is shown. */
final class Kinds {

  private Kinds() {}

  /** Whether its amounts are bytes. */
  static boolean movesBytes(OperationNode node) {
    return switch (node.getKind()) {
      case OPERATION_NODE_KIND_DOWNLOAD, OPERATION_NODE_KIND_COPY -> true;
      case OPERATION_NODE_KIND_UNSPECIFIED,
          OPERATION_NODE_KIND_TARGET,
          OPERATION_NODE_KIND_STEP,
          OPERATION_NODE_KIND_EVALUATION,
          OPERATION_NODE_KIND_BUILD,
          UNRECOGNIZED ->
          false;
    };
  }

  /** What it does, where it says no phase itself. */
  static String activity(OperationNode node) {
    return switch (node.getKind()) {
      case OPERATION_NODE_KIND_EVALUATION -> "evaluating";
      case OPERATION_NODE_KIND_BUILD -> "building";
      case OPERATION_NODE_KIND_DOWNLOAD -> "downloading";
      case OPERATION_NODE_KIND_COPY -> "copying";
      case OPERATION_NODE_KIND_STEP,
          OPERATION_NODE_KIND_TARGET,
          OPERATION_NODE_KIND_UNSPECIFIED,
          UNRECOGNIZED ->
          "";
    };
  }

  /** Where it stands among others: the smaller the higher. */
  static int rank(OperationNode node) {
    return switch (node.getKind()) {
      case OPERATION_NODE_KIND_STEP -> 0;
      case OPERATION_NODE_KIND_EVALUATION -> 1;
      case OPERATION_NODE_KIND_BUILD -> 2;
      case OPERATION_NODE_KIND_COPY -> 3;
      case OPERATION_NODE_KIND_DOWNLOAD -> 4;
      case OPERATION_NODE_KIND_TARGET, OPERATION_NODE_KIND_UNSPECIFIED, UNRECOGNIZED -> 5;
    };
  }

  /** Its name; that of a step says of what it is one. */
  static String label(OperationModel model, OperationNode node) {
    if (node.getKind() == OperationNodeKind.OPERATION_NODE_KIND_STEP) {
      var owner = model.node(node.getParentId()).getName();
      return owner.isEmpty() ? node.getName() : owner + ": " + node.getName();
    }
    return node.getName();
  }
}
