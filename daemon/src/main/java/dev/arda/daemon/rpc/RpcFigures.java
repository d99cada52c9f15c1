package dev.arda.daemon.rpc;

import dev.arda.nix.core.Latencies;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts calls by their method, which is one of {@link MethodPolicies}, and by how they ended. Safe
 * for many threads.
 */
public final class RpcFigures {

  /** How a call ended that did not fail. */
  static final String OK = "OK";

  private final Map<String, Counters> methods = new ConcurrentHashMap<>();

  private static final class Counters {
    private final LongAdder started = new LongAdder();
    private final Latencies ended = new Latencies();
    private final ConcurrentMap<String, LongAdder> outcomes = new ConcurrentHashMap<>();
  }

  /**
   * The calls of one method since the start.
   *
   * @param started calls that were begun
   * @param ended calls that ended, and how long they took from the first to the last byte
   * @param outcomes how many ended in which way: {@code OK}, a reason of docs/api.md, or a gRPC
   *     code where an error has no reason
   */
  public record Method(long started, Latencies.Snapshot ended, Map<String, Long> outcomes) {
    /** Copies the map. */
    public Method {
      outcomes = Map.copyOf(outcomes);
    }

    /** Calls that are open; about, since calls come and go while it is counted. */
    public long open() {
      return Math.max(0, started - ended.count());
    }
  }

  void started(String method) {
    counters(method).started.increment();
  }

  void ended(String method, long nanos, String outcome) {
    var counters = counters(method);
    counters.ended.record(nanos);
    counters.outcomes.computeIfAbsent(outcome, _ -> new LongAdder()).increment();
  }

  private Counters counters(String method) {
    return methods.computeIfAbsent(method, _ -> new Counters());
  }

  /** Every method that was called, by its full name, for example {@code arda.v1.X/Y}. */
  public Map<String, Method> snapshot() {
    var result = new TreeMap<String, Method>();
    methods.forEach((name, counters) -> {
      var outcomes = new TreeMap<String, Long>();
      counters.outcomes.forEach((outcome, count) -> outcomes.put(outcome, count.sum()));
      var ended = counters.ended.snapshot();
      result.put(name, new Method(counters.started.sum(), ended, outcomes));
    });
    return result;
  }
}
