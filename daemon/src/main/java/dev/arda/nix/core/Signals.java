package dev.arda.nix.core;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Sends signals to processes and process groups. */
interface Signals {

  /** Asks whether there is such a process, and sends nothing. */
  int PROBE = 0;

  /** {@code SIGKILL}. */
  int KILL = 9;

  /** {@code SIGTERM}. */
  int TERM = 15;

  /**
   * Sends a signal.
   *
   * @param target a process, or the negative number of a process group
   * @return whether there is such a process or group; also true where it may not be signalled
   */
  boolean send(long target, int signal);

  /** By {@code kill(2)}, or the {@code kill} program where native calls are denied. */
  static Signals system() {
    return (target, signal) -> OfThisSystem.SIGNALS.send(target, signal);
  }

  /** Found when a signal is first sent: that takes tens of milliseconds, which no start should. */
  final class OfThisSystem {
    private static final Signals SIGNALS =
        Posix.load().map(Signals::byCall).orElseGet(Signals::byProgram);

    private OfThisSystem() {}
  }

  /** By {@code kill(2)}. */
  static Signals byCall(Posix posix) {
    return (target, signal) -> {
      refuseOwn(target);
      return posix.kill(Math.toIntExact(target), signal) != Posix.ESRCH;
    };
  }

  /** By the {@code kill} program. */
  static Signals byProgram() {
    var program = Files.isExecutable(Path.of("/bin/kill")) ? "/bin/kill" : "kill";
    return (target, signal) -> {
      refuseOwn(target);
      try {
        var builder =
            new ProcessBuilder(List.of(program, "-" + signal, "--", Long.toString(target)));
        builder.environment().put("LC_ALL", "C");
        builder.redirectErrorStream(true);
        var process = builder.start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        // It prints one short line and ends: waiting longer than this means the machine is stuck.
        return process.waitFor(5, TimeUnit.SECONDS)
            && (process.exitValue() == 0 || !said.contains("No such process"));
      } catch (IOException e) {
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return true;
      }
    };
  }

  /** 0, 1, -1 and this process's own number would end far more than one command. */
  private static void refuseOwn(long target) {
    var id = Math.abs(target);
    if (id <= 1 || id == ProcessHandle.current().pid()) {
      throw new IllegalArgumentException("refusing to signal " + target);
    }
  }
}
