package dev.arda.daemon.metrics;

import dev.arda.daemon.rpc.RpcFigures;
import dev.arda.nix.core.Latencies;
import dev.arda.nix.flake.FlakesFigures;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Gives the daemon's figures their names. Each time it is asked, it takes one look at all figures
 * and tells them as of that moment.
 *
 * <p>Safe for many threads; one is served at a time.
 */
public final class DaemonMetrics {

  private final Supplier<Sample> sampler;

  // Guarded by this.
  private @Nullable PrometheusMeterRegistry registry;
  private @Nullable Sample sample;
  private List<Histogram> histograms = List.of();

  /**
   * Metrics.
   *
   * @param sampler takes a look at the figures
   */
  public DaemonMetrics(Supplier<Sample> sampler) {
    this.sampler = sampler;
  }

  /**
   * All figures of a moment.
   *
   * @param process of the process
   * @param flakes of what answers questions
   * @param rpcs calls by method
   */
  public record Sample(
      ProcessFigures process, FlakesFigures flakes, Map<String, RpcFigures.Method> rpcs) {}

  /**
   * One curve of a histogram.
   *
   * @param labels names and values in turn
   */
  record Histogram(Metric metric, List<String> labels, Latencies.Snapshot values) {}

  /** The figures in the exposition format of Prometheus, version 0.0.4. */
  public synchronized String text() {
    var now = sampler.get();
    sample = now;
    histograms = histograms(now);
    var known = registry;
    if (known == null) {
      known = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      known.getPrometheusRegistry().register(new HistogramCollector(this::histograms));
      register(known, now);
      registry = known;
    }
    registerRpcs(known, now);
    return known.scrape("text/plain; version=0.0.4");
  }

  private List<Histogram> histograms() {
    return histograms;
  }

  private static List<Histogram> histograms(Sample now) {
    var flakes = now.flakes();
    var result =
        new ArrayList<>(
            List.of(
                new Histogram(Metric.DISK_LOADS, List.of(), flakes.store().loaded()),
                new Histogram(Metric.DISK_SAVES, List.of(), flakes.store().saved()),
                new Histogram(
                    Metric.QUESTIONS, List.of("kind", "warm"), flakes.evaluators().warmQuestions()),
                new Histogram(
                    Metric.QUESTIONS, List.of("kind", "one_shot"), flakes.evaluators().oneShots()),
                new Histogram(Metric.STATES_ASKED, List.of(), flakes.states().asked()),
                new Histogram(Metric.BARRIERS, List.of(), flakes.watch().barriers()),
                new Histogram(Metric.SCANS, List.of(), flakes.watch().scans())));
    now.rpcs()
        .forEach((method, calls) ->
            result.add(new Histogram(Metric.RPCS, List.of("method", method), calls.ended())));
    return result;
  }

  private void register(PrometheusMeterRegistry to, Sample now) {
    gauge(to, Metric.UPTIME, s -> s.process().uptime().toMillis() / 1e3);
    gauge(to, Metric.INFO, Tags.of("version", now.process().version()), _ -> 1);
    gauge(to, Metric.HEAP_USED, s -> s.process().heapUsedBytes());
    gauge(to, Metric.HEAP_MAX, s -> s.process().heapMaxBytes());
    gauge(to, Metric.RESIDENT, s -> s.process().residentBytes());

    counter(to, Metric.CACHE_HITS, s -> s.flakes().cache().hits());
    counter(to, Metric.CACHE_MISSES, s -> s.flakes().cache().misses());
    counter(to, Metric.CACHE_EVICTIONS, s -> s.flakes().cache().evictions());
    counter(to, Metric.CACHE_OVERSIZED, s -> s.flakes().cache().oversized());
    counter(to, Metric.CACHE_CONTRADICTIONS, s -> s.flakes().cache().contradictions());
    gauge(to, Metric.CACHE_STATES, s -> s.flakes().cache().trees());
    gauge(to, Metric.CACHE_BYTES, s -> s.flakes().cache().bytes());
    gauge(to, Metric.CACHE_MAX_BYTES, s -> s.flakes().cache().maximumBytes());

    counter(to, Metric.DISK_ABSENT, s -> s.flakes().store().absent());
    counter(to, Metric.DISK_DAMAGED, s -> s.flakes().store().damaged());
    counter(to, Metric.DISK_FAILURES, s -> s.flakes().store().failed());

    counter(to, Metric.FLIGHTS_STARTED, s -> s.flakes().flights().started());
    counter(to, Metric.FLIGHTS_JOINED, s -> s.flakes().flights().joined());
    counter(to, Metric.FLIGHTS_LEFT, s -> s.flakes().flights().left());
    counter(to, Metric.FLIGHTS_ABANDONED, s -> s.flakes().flights().abandoned());
    gauge(to, Metric.FLIGHTS_FLYING, s -> s.flakes().flights().flying());

    gauge(to, Metric.EVALUATORS_RUNNING, s -> s.flakes().evaluators().running());
    gauge(to, Metric.EVALUATORS_MAX, s -> s.flakes().evaluators().maximum());
    gauge(to, Metric.EVALUATORS_BUSY, s -> s.flakes().evaluators().busy());
    gauge(to, Metric.EVALUATORS_WAITING, s -> s.flakes().evaluators().waiting());
    gauge(to, Metric.EVALUATORS_RESIDENT, s -> s.flakes().evaluators().residentBytes());
    gauge(to, Metric.EVALUATORS_MAX_RESIDENT, s -> s.flakes().evaluators().maximumBytes());
    counter(to, Metric.EVALUATORS_STARTED, s -> s.flakes().evaluators().started());
    counter(to, Metric.EVALUATORS_FAILED, s -> s.flakes().evaluators().failedStarts());
    counter(to, Metric.EVALUATORS_REUSED, s -> s.flakes().evaluators().reused());
    now.flakes()
        .evaluators()
        .retired()
        .keySet()
        .forEach(reason ->
            counter(
                to,
                Metric.EVALUATORS_RETIRED,
                Tags.of("reason", reason.name().toLowerCase(Locale.ROOT)),
                s -> s.flakes().evaluators().retired().getOrDefault(reason, 0L)));
    counter(to, Metric.SLOW, s -> s.flakes().slow());

    gauge(to, Metric.STATES_OBSERVED, s -> s.flakes().states().flakes());
    counter(to, Metric.STATES_REMEMBERED, s -> s.flakes().states().remembered());

    counter(
        to, Metric.BARRIER_STORMS, Tags.of("reason", "storm"), s -> s.flakes().watch().storms());
    counter(
        to,
        Metric.BARRIER_STORMS,
        Tags.of("reason", "late"),
        s -> s.flakes().watch().lateCookies());
    counter(to, Metric.WATCH_EVENTS, s -> s.flakes().watch().events());
    counter(to, Metric.WATCH_OVERFLOWS, s -> s.flakes().watch().overflows());
    counter(to, Metric.WATCH_LOSSES, s -> s.flakes().watch().losses());
    counter(to, Metric.WATCH_ESTABLISHED, s -> s.flakes().watch().establishments());
    gauge(to, Metric.WATCH_DIRECTORIES, s -> s.flakes().watchedDirectories());
    counter(to, Metric.SCANNED, s -> s.flakes().watch().scannedEntries());
  }

  /** Methods and outcomes that were not seen before; the registry ignores those it has. */
  private void registerRpcs(PrometheusMeterRegistry to, Sample now) {
    now.rpcs()
        .forEach((method, calls) -> {
          var tags = Tags.of("method", method);
          counter(to, Metric.RPCS_STARTED, tags, s -> rpc(s, method).started());
          gauge(to, Metric.RPCS_OPEN, tags, s -> rpc(s, method).open());
          for (var outcome : calls.outcomes().keySet()) {
            counter(
                to,
                Metric.RPC_OUTCOMES,
                tags.and("outcome", outcome),
                s -> rpc(s, method).outcomes().getOrDefault(outcome, 0L));
          }
        });
  }

  private static RpcFigures.Method rpc(Sample sample, String method) {
    return sample
        .rpcs()
        .getOrDefault(method, new RpcFigures.Method(0, Latencies.Snapshot.EMPTY, Map.of()));
  }

  private void gauge(PrometheusMeterRegistry to, Metric metric, ToDoubleFunction<Sample> value) {
    gauge(to, metric, Tags.empty(), value);
  }

  private void gauge(
      PrometheusMeterRegistry to, Metric metric, Tags tags, ToDoubleFunction<Sample> value) {
    Gauge.builder(metric.text(), this, self -> self.valueOf(value))
        .description(metric.help())
        .tags(tags)
        .register(to);
  }

  private void counter(PrometheusMeterRegistry to, Metric metric, ToDoubleFunction<Sample> value) {
    counter(to, metric, Tags.empty(), value);
  }

  private void counter(
      PrometheusMeterRegistry to, Metric metric, Tags tags, ToDoubleFunction<Sample> value) {
    FunctionCounter.builder(metric.text(), this, self -> self.valueOf(value))
        .description(metric.help())
        .tags(tags)
        .register(to);
  }

  private double valueOf(ToDoubleFunction<Sample> value) {
    var current = sample;
    return current == null ? 0 : value.applyAsDouble(current);
  }
}
