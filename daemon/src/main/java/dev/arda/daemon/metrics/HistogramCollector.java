package dev.arda.daemon.metrics;

import dev.arda.daemon.metrics.DaemonMetrics.Histogram;
import dev.arda.nix.core.Latencies;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Histograms that were counted elsewhere. Micrometer has functions for counters and gauges that
 * somebody else keeps, but none for distributions, so these go to the Prometheus library directly.
 */
final class HistogramCollector implements MultiCollector {

  private static final List<Double> BOUNDS = bounds();

  private final Supplier<List<Histogram>> histograms;

  HistogramCollector(Supplier<List<Histogram>> histograms) {
    this.histograms = histograms;
  }

  private static List<Double> bounds() {
    var result = new ArrayList<Double>();
    Latencies.BOUNDS.forEach(bound -> result.add(bound.toNanos() / 1e9));
    result.add(Double.POSITIVE_INFINITY);
    return List.copyOf(result);
  }

  @Override
  public MetricSnapshots collect() {
    var all = new ArrayList<MetricSnapshot>();
    var curves = histograms.get();
    for (var metric : curves.stream().map(Histogram::metric).distinct().toList()) {
      var snapshot = HistogramSnapshot.builder().name(metric.text()).help(metric.help());
      curves.stream()
          .filter(curve -> curve.metric() == metric)
          .forEach(curve -> snapshot.dataPoint(point(curve)));
      all.add(snapshot.build());
    }
    return new MetricSnapshots(all);
  }

  private static HistogramDataPointSnapshot point(Histogram curve) {
    return HistogramDataPointSnapshot.builder()
        .labels(Labels.of(curve.labels().toArray(String[]::new)))
        .classicHistogramBuckets(
            ClassicHistogramBuckets.of(
                BOUNDS, curve.values().counts().stream().map(Number.class::cast).toList()))
        .sum(curve.values().nanos() / 1e9)
        .build();
  }
}
