package dev.arda.nix.flake.watch;

import dev.arda.nix.core.Latencies;

/**
 * What all watches of a {@link Watches} have done since it was opened; counters only grow.
 *
 * @param barriers calls of {@code barrier()} that returned, and how long they took
 * @param cookies cookie files created
 * @param events file system events looked at
 * @param overflows directories that lost events by overflow
 * @param lateCookies cookies that did not arrive in time
 * @param storms barriers that gave up waiting for the queue to become empty
 * @param losses times a source lost its watches for any reason
 * @param establishments times a source got its watches
 * @param scans scans done, and how long they took
 * @param scannedEntries files, links and directories looked at by scans
 */
public record WatchMetrics(
    Latencies.Snapshot barriers,
    long cookies,
    long events,
    long overflows,
    long lateCookies,
    long storms,
    long losses,
    long establishments,
    Latencies.Snapshot scans,
    long scannedEntries) {}
