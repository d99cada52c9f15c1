package dev.arda.bench.jmh;

import dev.arda.nix.flake.cache.JsonForm;
import dev.arda.nix.flake.cache.Lookup;
import dev.arda.nix.flake.cache.SelectionTree;
import dev.arda.nix.flake.cache.TypedValue;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.SelectorParser;
import dev.arda.nix.types.ValueEncoding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the selection tree costs, by the depth of a question and the number of attributes on each of
 * its levels.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SelectionTreeBenchmark {

  @Param({"2", "8"})
  private int depth;

  @Param({"10", "1000"})
  private int width;

  private Selector all = SelectorParser.parse("a").selector();
  private Selector one = all;
  private Selector unknown = all;
  private Selector beside = all;
  private TypedValue value = parse("null");
  private byte[] json = {};
  private SelectionTree tree = new SelectionTree();

  /** For JMH. */
  public SelectionTreeBenchmark() {}

  /**
   * A tree that was told one value: {@code width} attributes on each level, one of them leads on.
   */
  @Setup
  public void fill() {
    String text = "\"leaf\"";
    for (int level = 0; level < depth; level++) {
      String inner = text;
      text =
          IntStream.range(0, width)
              .mapToObj(
                  i -> "\"n%d\":%s".formatted(i, i == width / 2 ? inner : "\"value " + i + "\""))
              .collect(Collectors.joining(",", "{\"attrs\":{", "}}"));
    }
    json = text.getBytes(StandardCharsets.UTF_8);
    value = parse(text);
    all = SelectorParser.parse("root").selector();
    one = SelectorParser.parse("root" + (".n" + width / 2).repeat(depth)).selector();
    unknown = SelectorParser.parse("other" + (".n" + width / 2).repeat(depth)).selector();
    beside = SelectorParser.parse("beside" + (".n" + width / 2).repeat(depth)).selector();
    tree = new SelectionTree();
    var _ = tree.insert(all, value);
  }

  /** A question whose answer is inside another's. */
  @Benchmark
  public Lookup hit() {
    return tree.lookup(one, ValueEncoding.JSON);
  }

  /** A question about something unknown. */
  @Benchmark
  public Lookup miss() {
    return tree.lookup(unknown, ValueEncoding.JSON);
  }

  /** A tree that learns a value, and another one beside it. */
  @Benchmark
  public SelectionTree merge() {
    var grown = new SelectionTree();
    var _ = grown.insert(all, value);
    var _ = grown.insert(beside, value);
    return grown;
  }

  /** The whole value as JSON. */
  @Benchmark
  public JsonForm serialise() {
    return value.json();
  }

  /** An evaluator's answer, read. */
  @Benchmark
  public TypedValue read() throws IOException {
    return TypedValue.parse(json);
  }

  private static TypedValue parse(String text) {
    try {
      return TypedValue.parse(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
