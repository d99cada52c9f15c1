package dev.arda.client.cli;

import dev.arda.client.cli.view.OperationListener;
import dev.arda.client.cli.view.OperationModel;
import dev.arda.v1.OperationNode;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** What targets say that an activation would do, which is all that a dry one is made for. */
final class DryActivations implements OperationListener {

  private static final String ACTIVATE = "activate";

  private final OperationModel model;
  private final TreeMap<String, StringBuilder> said = new TreeMap<>();

  /**
   * Nothing was said yet.
   *
   * @param model of the operation that is listened to
   */
  DryActivations(OperationModel model) {
    this.model = model;
  }

  @Override
  public void printed(OperationNode node, String text, long clippedBytes) {
    if (node.getName().equals(ACTIVATE)) {
      said.computeIfAbsent(model.node(node.getParentId()).getName(), _ -> new StringBuilder())
          .append(text.endsWith("\n") ? text : text + "\n");
    }
  }

  /** All of it, by host. */
  String text(UnaryOperator<String> heading) {
    var text = new StringBuilder();
    said.forEach((host, lines) -> {
      text.append(heading.apply(Style.safe(host) + " says:")).append('\n');
      lines
          .toString()
          .lines()
          .forEach(line -> text.append("  ").append(Style.safe(line)).append('\n'));
    });
    return text.toString();
  }
}
