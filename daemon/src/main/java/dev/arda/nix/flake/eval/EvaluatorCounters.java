package dev.arda.nix.flake.eval;

import dev.arda.nix.core.Latencies;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The growing numbers behind {@link EvaluatorFigures}. */
final class EvaluatorCounters {
  final LongAdder started = new LongAdder();
  final LongAdder failedStarts = new LongAdder();
  final LongAdder reused = new LongAdder();
  final Latencies questions = new Latencies();
  private final Map<Retirement, LongAdder> retired = adders();

  void retired(Retirement reason) {
    LongAdder adder = retired.get(reason);
    if (adder != null) {
      adder.increment();
    }
  }

  Map<Retirement, Long> retirements() {
    var result = new EnumMap<Retirement, Long>(Retirement.class);
    retired.forEach((reason, adder) -> result.put(reason, adder.sum()));
    return result;
  }

  private static Map<Retirement, LongAdder> adders() {
    var result = new EnumMap<Retirement, LongAdder>(Retirement.class);
    for (Retirement reason : Retirement.values()) {
      result.put(reason, new LongAdder());
    }
    return Collections.unmodifiableMap(result);
  }
}
