package dev.arda.nix.flake.watch;

import java.util.concurrent.atomic.LongAdder;

/** The growing numbers behind {@link WatchMetrics}. */
final class WatchCounters {
  final LongAdder barriers = new LongAdder();
  final LongAdder barrierNanos = new LongAdder();
  final LongAdder cookies = new LongAdder();
  final LongAdder events = new LongAdder();
  final LongAdder overflows = new LongAdder();
  final LongAdder lateCookies = new LongAdder();
  final LongAdder storms = new LongAdder();
  final LongAdder losses = new LongAdder();
  final LongAdder establishments = new LongAdder();
  final LongAdder scans = new LongAdder();
  final LongAdder scannedEntries = new LongAdder();
  final LongAdder scanNanos = new LongAdder();

  WatchMetrics snapshot() {
    return new WatchMetrics(
        barriers.sum(),
        barrierNanos.sum(),
        cookies.sum(),
        events.sum(),
        overflows.sum(),
        lateCookies.sum(),
        storms.sum(),
        losses.sum(),
        establishments.sum(),
        scans.sum(),
        scannedEntries.sum(),
        scanNanos.sum());
  }
}
