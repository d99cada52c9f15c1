package dev.arda.daemon.operation.setup;

import dev.arda.daemon.operation.OperationReport;
import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationCounterKind;
import dev.arda.v1.OperationNode;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one part of an operation tells, in the words of the whole: ids of its nodes and prompts
 * begin with the name of the part, and its counters go on where those of the part before ended.
 * Thread-safe.
 */
final class PartReport implements OperationReport {

  private final OperationReport whole;
  private final String part;

  /** What the parts before came to. */
  private final Map<OperationCounterKind, OperationCounter> before;

  /** The newest, with those of the parts before. Guarded by itself. */
  private final Map<OperationCounterKind, OperationCounter> counters;

  private PartReport(
      OperationReport whole, String part, Map<OperationCounterKind, OperationCounter> before) {
    this.whole = whole;
    this.part = part;
    this.before = before;
    this.counters = new EnumMap<>(OperationCounterKind.class);
    this.counters.putAll(before);
  }

  /** The first part. */
  static PartReport first(OperationReport whole, String part) {
    return new PartReport(whole, part, Map.of());
  }

  /** The part behind this one, which has ended. */
  PartReport next(String name) {
    synchronized (counters) {
      return new PartReport(whole, name, Map.copyOf(counters));
    }
  }

  private String id(String id) {
    return id.isEmpty() ? "" : part + "/" + id;
  }

  private OperationNode renamed(OperationNode node) {
    var result = node.toBuilder().setId(id(node.getId())).setParentId(id(node.getParentId()));
    if (node.hasPrompt()) {
      result.getPromptBuilder().setId(id(node.getPrompt().getId()));
    }
    return result.build();
  }

  @Override
  public void node(OperationNode node) {
    whole.node(renamed(node));
  }

  @Override
  public void counter(OperationCounter counter) {
    // What is told later must not be overtaken by what was summed before.
    synchronized (counters) {
      var base = before.getOrDefault(counter.getKind(), OperationCounter.getDefaultInstance());
      var sum =
          counter.toBuilder()
              .setDone(base.getDone() + counter.getDone())
              .setFailed(base.getFailed() + counter.getFailed())
              .setExpected(base.getExpected() + counter.getExpected())
              .build();
      counters.put(counter.getKind(), sum);
      whole.counter(sum);
    }
  }

  @Override
  public void log(String nodeId, String line) {
    whole.log(id(nodeId), line);
  }

  @Override
  public void warning(String nodeId, String text) {
    whole.warning(id(nodeId), text);
  }

  @Override
  public Optional<String> ask(OperationNode node) throws InterruptedException {
    return whole.ask(renamed(node));
  }

  @Override
  public Duration grace() {
    return whole.grace();
  }
}
