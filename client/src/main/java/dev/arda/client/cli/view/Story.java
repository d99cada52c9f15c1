package dev.arda.client.cli.view;

import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;
import dev.arda.v1.OperationNodeState;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** Tells what happens in an operation, in lines that stay. */
final class Story implements OperationListener {

  private final OperationModel model;
  private final Telling telling;
  private final Consumer<Line> lines;
  private boolean buildFailed;

  /**
   * How much is told.
   *
   * @param beginnings that something begins, and that something small ends
   * @param logs what builds print
   */
  record Telling(boolean beginnings, boolean logs) {}

  Story(OperationModel model, Telling telling, Consumer<Line> lines) {
    this.model = model;
    this.telling = telling;
    this.lines = lines;
  }

  @Override
  public void queued(int position) {
    if (telling.beginnings) {
      tell("waiting: %d before this one in the queue".formatted(position));
    }
  }

  @Override
  public void began(OperationNode node) {
    if (telling.beginnings) {
      switch (node.getKind()) {
        case OPERATION_NODE_KIND_BUILD -> tell("building " + node.getName() + place(node));
        case OPERATION_NODE_KIND_EVALUATION -> tell("evaluating" + what(node));
        case OPERATION_NODE_KIND_STEP ->
            tell(
                "starting "
                    + label(node)
                    + (node.getPhase().isEmpty() ? "" : ": " + node.getPhase()));
        case OPERATION_NODE_KIND_UNSPECIFIED,
            OPERATION_NODE_KIND_TARGET,
            OPERATION_NODE_KIND_DOWNLOAD,
            OPERATION_NODE_KIND_COPY,
            UNRECOGNIZED -> {}
      }
    }
  }

  private void tell(String text) {
    lines.accept(new Line().add(text));
  }

  @Override
  public void ended(OperationNode node) {
    switch (node.getState()) {
      case OPERATION_NODE_STATE_SUCCEEDED -> succeeded(node);
      case OPERATION_NODE_STATE_FAILED -> failed(node);
      case OPERATION_NODE_STATE_CANCELLED -> {
        if (telling.beginnings && node.hasStartedAt() && !isTarget(node)) {
          tell("gave up " + label(node));
        }
      }
      case OPERATION_NODE_STATE_UNSPECIFIED,
          OPERATION_NODE_STATE_WAITING,
          OPERATION_NODE_STATE_RUNNING,
          OPERATION_NODE_STATE_CACHED,
          OPERATION_NODE_STATE_SKIPPED,
          UNRECOGNIZED -> {}
    }
  }

  private void succeeded(OperationNode node) {
    switch (node.getKind()) {
      case OPERATION_NODE_KIND_BUILD -> done("built", node);
      case OPERATION_NODE_KIND_STEP -> done("finished", node);
      case OPERATION_NODE_KIND_EVALUATION -> evaluated(node);
      case OPERATION_NODE_KIND_DOWNLOAD -> small("downloaded", node);
      case OPERATION_NODE_KIND_COPY -> small("copied", node);
      case OPERATION_NODE_KIND_UNSPECIFIED, OPERATION_NODE_KIND_TARGET, UNRECOGNIZED -> {}
    }
  }

  /** What is evaluated; nothing where the name only says that something is. */
  private static String what(OperationNode evaluation) {
    return evaluation.getName().equals("evaluation") ? "" : " " + evaluation.getName();
  }

  private void evaluated(OperationNode node) {
    if (telling.beginnings) {
      lines.accept(
          new Line()
              .add(Ink.GOOD, "evaluated")
              .add(what(node))
              .add(Ink.FAINT, " in " + time(node)));
    }
  }

  private void small(String verb, OperationNode node) {
    if (telling.beginnings) {
      done(verb, node);
    }
  }

  private void done(String verb, OperationNode node) {
    var line = new Line().add(Ink.GOOD, verb).add(" ").add(label(node));
    if (Kinds.movesBytes(node) && node.getDone() > 0) {
      line.add(" (" + Quantities.bytes(node.getDone()) + ")");
    }
    lines.accept(line.add(Ink.FAINT, " in " + time(node) + place(node)));
  }

  private void failed(OperationNode node) {
    boolean build = node.getKind() == OperationNodeKind.OPERATION_NODE_KIND_BUILD;
    // What became of the targets is told at the end. Before that, only what no build explains.
    if (isTarget(node) && (buildFailed || isExplained(node))) {
      return;
    }
    buildFailed |= build;
    var line = new Line().add(Ink.BAD, "failed").add(" ").add(label(node));
    if (!isTarget(node)) {
      line.add(Ink.FAINT, " after " + time(node) + place(node));
    }
    if (!node.getFailure().isEmpty()) {
      line.add(": " + node.getFailure());
    }
    lines.accept(line.prose());
  }

  /** Whether a step of it has failed, which is told, and says where and why. */
  private boolean isExplained(OperationNode target) {
    return model.nodes().stream()
        .filter(step -> step.getParentId().equals(target.getId()))
        .filter(step -> step.getState() == OperationNodeState.OPERATION_NODE_STATE_FAILED)
        .anyMatch(step -> !step.getFailure().isEmpty() || target.getFailure().isEmpty());
  }

  private static boolean isTarget(OperationNode node) {
    return node.getKind() == OperationNodeKind.OPERATION_NODE_KIND_TARGET;
  }

  /** The name of a node; that of a step says of what it is one. */
  private String label(OperationNode node) {
    return Kinds.label(model, node);
  }

  private static String time(OperationNode node) {
    return node.hasFinishedAt()
        ? Quantities.precise(Quantities.elapsed(node, Instant.EPOCH))
        : Quantities.precise(Duration.ZERO);
  }

  private static String place(OperationNode node) {
    if (node.getMachine().isEmpty()) {
      return "";
    }
    boolean from = node.getKind() == OperationNodeKind.OPERATION_NODE_KIND_DOWNLOAD;
    return (from ? " from " : " on ") + node.getMachine();
  }

  @Override
  public void printed(OperationNode node, String text, long clippedBytes) {
    if (!telling.logs) {
      return;
    }
    var prefix = node.getName().isEmpty() ? "" : node.getName() + "> ";
    if (clippedBytes > 0) {
      lines.accept(
          new Line()
              .add(Ink.FAINT, prefix)
              .add(
                  Ink.WARNING,
                  "[%s left out: too much at once]".formatted(Quantities.bytes(clippedBytes))));
    }
    text.lines().forEach(line -> lines.accept(new Line().add(Ink.FAINT, prefix).add(line)));
  }

  @Override
  public void warned(OperationNode node, String text) {
    var line = new Line().add(Ink.WARNING, "warning:").add(" ");
    if (!node.getName().isEmpty()) {
      line.add(node.getName() + ": ");
    }
    lines.accept(line.add(text).prose());
  }

  @Override
  public void missing(long first, long last) {
    lines.accept(
        new Line()
            .add(Ink.FAINT, "(events %d to %d are not kept any more)".formatted(first, last)));
  }
}
