package dev.arda.daemon.metrics;

import dev.arda.nix.flake.eval.ProcessMemory;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * The daemon's process at a moment.
 *
 * @param version of arda
 * @param uptime since it was started
 * @param heapUsedBytes memory in use by its heap
 * @param heapMaxBytes memory that its heap may take
 * @param residentBytes its resident memory; 0 where the system does not say
 */
public record ProcessFigures(
    String version, Duration uptime, long heapUsedBytes, long heapMaxBytes, long residentBytes) {

  /** This process now. */
  public static ProcessFigures now(String version, Duration uptime) {
    var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    return new ProcessFigures(
        version,
        uptime,
        heap.getUsed(),
        heap.getMax(),
        ProcessMemory.ofSystem().resident(ProcessHandle.current().pid()));
  }
}
