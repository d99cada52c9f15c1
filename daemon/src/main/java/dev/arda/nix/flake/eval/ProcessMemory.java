package dev.arda.nix.flake.eval;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory a process occupies. */
public interface ProcessMemory {

  /** Resident bytes; 0 where that cannot be known. */
  long resident(long pid);

  /** From {@code /proc/PID/status}, see proc(5); systems without it do not say. */
  static ProcessMemory ofSystem() {
    return pid -> {
      try (var lines =
          Files.lines(
              Path.of("/proc", Long.toString(pid), "status"), StandardCharsets.ISO_8859_1)) {
        return lines
            .filter(line -> line.startsWith("VmRSS:"))
            .findFirst()
            .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
            .orElse(0L);
      } catch (IOException | RuntimeException e) {
        return 0;
      }
    };
  }
}
