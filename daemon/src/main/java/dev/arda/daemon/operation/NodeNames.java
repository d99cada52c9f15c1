package dev.arda.daemon.operation;

import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The names of an operation's nodes for one who reads its log: nodes appear while it is followed,
 * and what they print may be on disk before their event. For one thread.
 */
final class NodeNames {

  private final Map<String, String> known = new HashMap<>();
  private final Function<String, Optional<OperationNode>> news;
  private final Supplier<List<OperationNode>> nodes;

  /**
   * Begins with what is known.
   *
   * @param first the nodes as they were
   * @param news a node of which no event has told yet
   * @param nodes the nodes as they are
   */
  NodeNames(
      List<OperationNode> first,
      Function<String, Optional<OperationNode>> news,
      Supplier<List<OperationNode>> nodes) {
    this.news = news;
    this.nodes = nodes;
    learn(first);
  }

  private void learn(List<OperationNode> some) {
    some.forEach(this::learn);
  }

  /** A step is one of many of its name: it says whose. */
  private void learn(OperationNode node) {
    var owner =
        node.getKind() == OperationNodeKind.OPERATION_NODE_KIND_STEP
            ? known.getOrDefault(node.getParentId(), "")
            : "";
    known.put(node.getId(), owner.isEmpty() ? node.getName() : owner + ": " + node.getName());
  }

  /** What to call a node; its id if it has no name. */
  String of(String id) {
    if (!known.containsKey(id)) {
      news.apply(id)
          .ifPresent(node -> {
            if (!node.getParentId().isEmpty()) {
              var _ = of(node.getParentId());
            }
            learn(node);
          });
    }
    if (!known.containsKey(id)) {
      learn(nodes.get());
    }
    var name = known.getOrDefault(id, id);
    return name.isEmpty() ? id : name;
  }
}
