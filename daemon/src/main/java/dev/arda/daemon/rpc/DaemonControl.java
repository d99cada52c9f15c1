package dev.arda.daemon.rpc;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What the services may know of the daemon they run in, and do to it. Safe for any thread. */
public interface DaemonControl {

  /** What the daemon is. */
  Description describe();

  /** What it has done, in the exposition format of Prometheus, version 0.0.4. */
  String metrics();

  /**
   * Begins to end the daemon; returns at once.
   *
   * @param grace how long calls that are being served may take to finish
   */
  void shutdown(Duration grace);

  /**
   * What a daemon is.
   *
   * @param pid process id
   * @param version version of arda
   * @param startedAt when the process was started
   * @param uptime how long it has been running
   * @param runtimeDirectory the directory of its socket
   * @param logFile the file it logs to
   * @param heapUsedBytes memory in use by its heap
   * @param heapMaxBytes memory that its heap may take
   * @param residentBytes resident memory of its process; 0 where the system does not say
   * @param idleExitAt when it will end if nothing is asked until then; empty while something is
   *     running or if it does not end by itself
   */
  record Description(
      long pid,
      String version,
      Instant startedAt,
      Duration uptime,
      Path runtimeDirectory,
      Path logFile,
      long heapUsedBytes,
      long heapMaxBytes,
      long residentBytes,
      Optional<Instant> idleExitAt) {}
}
