package dev.arda.nix.flake.watch;

import dev.arda.nix.core.Latencies;
import java.util.concurrent.atomic.LongAdder;

/** The growing numbers behind {@link WatchMetrics}. */
final class WatchCounters {
  final Latencies barriers = new Latencies();
  final LongAdder cookies = new LongAdder();
  final LongAdder events = new LongAdder();
  final LongAdder overflows = new LongAdder();
  final LongAdder lateCookies = new LongAdder();
  final LongAdder storms = new LongAdder();
  final LongAdder losses = new LongAdder();
  final LongAdder establishments = new LongAdder();
  final Latencies scans = new Latencies();
  final LongAdder scannedEntries = new LongAdder();

  WatchMetrics snapshot() {
    return new WatchMetrics(
        barriers.snapshot(),
        cookies.sum(),
        events.sum(),
        overflows.sum(),
        lateCookies.sum(),
        storms.sum(),
        losses.sum(),
        establishments.sum(),
        scans.snapshot(),
        scannedEntries.sum());
  }
}
