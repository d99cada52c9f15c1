package dev.arda.nix.flake.watch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Where cookies live and how long things may take.
 *
 * @param runtimeDirectory the daemon's private directory; cookie files are created in its
 *     sub-directory {@code cookies}
 * @param probeDirectories existing directories of the daemon (cache, state, temporary files) in
 *     which it may create a short-lived directory to prove that events of their file systems are
 *     ordered with the cookie's. Never a user's tree.
 * @param cookieTimeout how long a cookie may take to be seen; then all watches are given up
 * @param drainBound how long the queue may take to become empty after the cookie was seen; then the
 *     question is answered by a scan
 * @param longestRetryDelay the longest pause between attempts to watch a source that cannot be
 *     watched or loses its watches again and again; the first pause is 50 ms, and it doubles
 * @param auditPause the least time between two looks for changes of a watched source that no event
 *     told of
 */
public record WatchSettings(
    Path runtimeDirectory,
    List<Path> probeDirectories,
    Duration cookieTimeout,
    Duration drainBound,
    Duration longestRetryDelay,
    Duration auditPause) {

  /** Copies the list. */
  public WatchSettings {
    probeDirectories = List.copyOf(probeDirectories);
  }

  /** One second for either wait, half a minute between attempts, five seconds between audits. */
  public static WatchSettings of(Path runtimeDirectory, List<Path> probeDirectories) {
    return new WatchSettings(
        runtimeDirectory,
        probeDirectories,
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        Duration.ofSeconds(30),
        Duration.ofSeconds(5));
  }
}
