package dev.arda.client.cli;

import dev.arda.client.cli.view.OperationModel;
import dev.arda.client.cli.view.Quantities;
import dev.arda.v1.OperationCounterKind;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;
import java.util.List;

/** Prints what a build would do: a line for each derivation and each path, and a summary. */
final class PlanPrinter {

  private final Console console;

  PlanPrinter(Console console) {
    this.console = console;
  }

  /** Prints the plan that the model of an operation holds. */
  void print(OperationModel model) {
    var builds = paths(model, OperationNodeKind.OPERATION_NODE_KIND_BUILD);
    var downloads = paths(model, OperationNodeKind.OPERATION_NODE_KIND_DOWNLOAD);
    builds.forEach(path -> console.out().line("build " + path));
    downloads.forEach(path -> console.out().line("download " + path));
    console.out().flush();
    long bytes =
        model.counter(OperationCounterKind.OPERATION_COUNTER_KIND_DOWNLOAD_BYTES).getExpected();
    var text = new StringBuilder();
    if (builds.isEmpty() && downloads.isEmpty()) {
      text.append("nothing to build, nothing to download");
    } else {
      text.append("%d to build, %d to download".formatted(builds.size(), downloads.size()));
      if (bytes > 0) {
        text.append(" (").append(Quantities.bytes(bytes)).append(')');
      }
    }
    console.message(text.toString());
  }

  private static List<String> paths(OperationModel model, OperationNodeKind kind) {
    return model.nodes().stream()
        .filter(node -> node.getKind() == kind)
        .map(OperationNode::getStorePath)
        .distinct()
        .toList();
  }
}
