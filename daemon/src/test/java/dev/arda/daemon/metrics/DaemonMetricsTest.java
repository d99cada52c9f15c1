package dev.arda.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.daemon.FakeFlakes;
import dev.arda.daemon.metrics.Metric.Kind;
import dev.arda.daemon.rpc.RpcFigures;
import dev.arda.nix.core.Latencies;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class DaemonMetricsTest {

  private static final Pattern TYPE = Pattern.compile("^# TYPE (\\S+) (\\S+)$", Pattern.MULTILINE);
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z_]+)` \\| ([a-z]+) \\| (.+) \\|$", Pattern.MULTILINE);

  private static DaemonMetrics.Sample sample(long calls) {
    var ended = new Latencies();
    for (long i = 0; i < calls; i++) {
      ended.record(2_000_000);
    }
    return new DaemonMetrics.Sample(
        new ProcessFigures("1.2.3", Duration.ofMillis(61_500), 10, 20, 30),
        new FakeFlakes().figures(),
        Map.of(
            "arda.v1.S/M",
            new RpcFigures.Method(calls + 1, ended.snapshot(), Map.of("OK", calls))));
  }

  @Test
  void text_hasEveryMetricWithItsType() {
    var text = new DaemonMetrics(() -> sample(2)).text();

    var told = new TreeMap<String, String>();
    for (var type = TYPE.matcher(text); type.find(); ) {
      told.put(type.group(1), type.group(2));
    }
    var wanted = new TreeMap<String, String>();
    for (var metric : Metric.values()) {
      wanted.put(metric.text(), metric.kind().name().toLowerCase(java.util.Locale.ROOT));
    }
    assertThat(told).isEqualTo(wanted);
  }

  @Test
  void text_tellsTheFiguresOfTheMoment() {
    var now = new java.util.concurrent.atomic.AtomicReference<>(sample(2));
    var metrics = new DaemonMetrics(now::get);
    assertThat(metrics.text())
        .contains("arda_uptime_seconds 61.5\n")
        .contains("arda_version{version=\"1.2.3\"} 1.0\n")
        .contains("arda_process_resident_bytes 30.0\n")
        .contains("arda_cache_hits_total 7.0\n")
        .contains("arda_flights_joined_total 1.0\n")
        .contains("arda_evaluators_retired_total{reason=\"killed\"} 1.0\n")
        .contains("arda_barrier_escapes_total{reason=\"late\"} 0.0\n")
        .contains("arda_barrier_seconds_bucket{le=\"0.001\"} 0\n")
        .contains("arda_barrier_seconds_bucket{le=\"0.0025\"} 1\n")
        .contains("arda_barrier_seconds_bucket{le=\"+Inf\"} 1\n")
        .contains("arda_barrier_seconds_sum 0.0015\n")
        .contains("arda_evaluator_question_seconds_count{kind=\"warm\"} 1\n")
        .contains("arda_evaluator_question_seconds_count{kind=\"one_shot\"} 0\n")
        .contains("arda_rpc_outcomes_total{method=\"arda.v1.S/M\",outcome=\"OK\"} 2.0\n")
        .contains("arda_rpc_open{method=\"arda.v1.S/M\"} 1.0\n");

    now.set(sample(5));
    assertThat(metrics.text())
        .contains("arda_rpc_started_total{method=\"arda.v1.S/M\"} 6.0\n")
        .contains("arda_rpc_outcomes_total{method=\"arda.v1.S/M\",outcome=\"OK\"} 5.0\n")
        .contains("arda_rpc_seconds_count{method=\"arda.v1.S/M\"} 5\n");
  }

  @Test
  void names_followTheConventions() {
    assertThat(Metric.values())
        .allSatisfy(metric -> {
          assertThat(metric.text()).startsWith("arda_");
          assertThat(metric.text().endsWith("_total")).isEqualTo(metric.kind() == Kind.COUNTER);
          assertThat(metric.kind() != Kind.HISTOGRAM || metric.text().endsWith("_seconds"))
              .isTrue();
        });
  }

  @Test
  void document_listsEveryMetricWithTypeAndMeaning() throws Exception {
    var document = Files.readString(Path.of("../docs/metrics.md"));

    var listed = new LinkedHashMap<String, String>();
    for (var row = ROW.matcher(document); row.find(); ) {
      assertThat(listed.put(row.group(1), row.group(2) + ": " + row.group(3)))
          .as("listed twice")
          .isNull();
    }
    var wanted = new LinkedHashMap<String, String>();
    Arrays.stream(Metric.values())
        .forEach(metric ->
            wanted.put(
                metric.text(),
                metric.kind().name().toLowerCase(java.util.Locale.ROOT) + ": " + metric.help()));
    assertThat(listed).containsExactlyEntriesOf(wanted);
  }
}
