package dev.arda.bench.jmh;

import dev.arda.nix.flake.selector.ParsedSelector;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.SelectorParser;
import dev.arda.nix.flake.selector.SelectorPrinter;
import java.util.concurrent.TimeUnit;
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

/** What selectors cost to read and to print. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SelectorBenchmark {

  @Param({
    "a",
    "nixosConfigurations.web01.config.networking.hostName",
    "nixosConfigurations.*.config.services.{nginx,?postgresql,\"odd.name\"}.?settings.*"
  })
  private String text = "";

  private Selector selector = SelectorParser.parse("a").selector();

  /** For JMH. */
  public SelectorBenchmark() {}

  /** Reads it once. */
  @Setup
  public void read() {
    selector = SelectorParser.parse(text).selector();
  }

  /** The parser. */
  @Benchmark
  public ParsedSelector parse() {
    return SelectorParser.parse(text);
  }

  /** The printer. */
  @Benchmark
  public String print() {
    return SelectorPrinter.print(selector);
  }
}
