package dev.arda.nix.system.install;

import dev.arda.nix.core.ChildProcess;
import dev.arda.nix.core.Command;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One run of {@code nixos-anywhere}, step by step. It waits without an end where a machine does not
 * come back, and where its key is not let in; here each step has a time limit.
 *
 * @param runner starts it
 * @param command program and arguments
 * @param environment all of its variables
 * @param directory it runs in
 * @param limit of each step instead of what is usual
 * @param steps hears how it goes
 */
record AnywhereRun(
    ProcessRunner runner,
    List<String> command,
    Map<String, String> environment,
    Path directory,
    Optional<Duration> limit,
    Steps steps) {

  private static final Duration GRACE = Duration.ofSeconds(5);

  /** Hears how it goes; called from two threads. */
  interface Steps {
    /** A step begins, and with it perhaps another stage. */
    void step(InstallStage stage, String text);

    /** A line that was printed. */
    void line(String line);
  }

  /** Tries to reach the machine; throws if that fails. */
  interface Look {
    /** Looks. */
    String look();
  }

  /** Where it is, and until when it may be there. Guarded by itself. */
  private static final class Clock {
    private InstallStage stage;
    private String step = "";
    private long deadline;
    private final Optional<Duration> limit;

    Clock(InstallStage stage, Optional<Duration> limit) {
      this.stage = stage;
      this.limit = limit;
      restart();
    }

    private synchronized void restart() {
      deadline = System.nanoTime() + allowed().toNanos();
    }

    synchronized Duration allowed() {
      return limit.orElse(stage.limit());
    }

    synchronized InstallStage begin(InstallStage next, String text) {
      stage = next;
      step = text;
      restart();
      return stage;
    }

    synchronized InstallStage stage() {
      return stage;
    }

    synchronized String step() {
      return step.isEmpty() ? stage.word() : step;
    }

    synchronized long leftNanos() {
      return deadline - System.nanoTime();
    }
  }

  /**
   * Runs it to its end.
   *
   * @param first the stage it begins in
   * @param look finds out why a machine does not come back
   * @throws SystemException {@code INSTALL_FAILED} with its last words; {@code HOST_TIMEOUT};
   *     {@code HOST_KEY_REJECTED} and the like, if that is why a step did not end
   * @throws CommandException {@code CANCELLED}
   */
  void run(InstallStage first, Look look) {
    var clock = new Clock(first, limit);
    var child =
        runner.start(
            Command.of(command, environment, directory).grace(GRACE).build(),
            new OutputListener() {
              @Override
              public void standardError(String line) {
                steps.line(line);
              }
            });
    try (child) {
      child.standardInput().close();
      var reader = Thread.ofVirtual().name("arda-install").start(() -> read(child, clock));
      int code = await(child, clock, look);
      reader.join();
      if (code != 0) {
        throw new SystemException(
            Reason.INSTALL_FAILED,
            "nixos-anywhere failed at %s (exit code %d)%s."
                .formatted(clock.step(), code, lastWords(child)),
            Details.NONE
                .with("exit_code", Integer.toString(code))
                .with("stage", clock.stage().word()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(Reason.CANCELLED, "The installation was given up.");
    } catch (IOException e) {
      throw new SystemException(
          Reason.INSTALL_FAILED, "nixos-anywhere cannot be talked to.", Details.NONE.with(e));
    }
  }

  private void read(ChildProcess child, Clock clock) {
    try (var lines =
        new BufferedReader(new InputStreamReader(child.standardOutput(), StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var text = TerminalText.strip(line);
        var begun = InstallStage.begunBy(text, clock.stage());
        if (begun.isPresent()) {
          var step = text.substring(4, text.length() - 4);
          steps.step(clock.begin(begun.get(), step), step);
        }
        steps.line(text);
      }
    } catch (IOException e) {
      // It has ended.
    }
  }

  private int await(ChildProcess child, Clock clock, Look look) throws InterruptedException {
    while (true) {
      try {
        return child.onExit().get(Math.max(1, clock.leftNanos()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        if (clock.leftNanos() <= 0) {
          child.stop(GRACE);
          throw late(clock, look);
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
  }

  private static SystemException late(Clock clock, Look look) {
    var allowed = clock.allowed();
    var limit = allowed.toMinutes() > 0 ? allowed.toMinutes() + " min" : allowed.toSeconds() + " s";
    try {
      var runs = look.look();
      return new SystemException(
          Reason.HOST_TIMEOUT,
          "nixos-anywhere was ended: '%s' took more than %s. The machine can be reached, and runs %s."
              .formatted(clock.step(), limit, runs),
          Details.NONE.with("stage", clock.stage().word()));
    } catch (NixException e) {
      return new SystemException(
          e instanceof SystemException ? e.reason() : Reason.HOST_TIMEOUT,
          "nixos-anywhere was ended: '%s' took more than %s. %s"
              .formatted(clock.step(), limit, e.getMessage()),
          Details.NONE.with("stage", clock.stage().word()));
    }
  }

  private static String lastWords(ChildProcess child) {
    return child
        .errorTail()
        .lines()
        .map(line -> TerminalText.strip(line).strip())
        .filter(line -> !line.isEmpty())
        .reduce((_, second) -> second)
        .map(line -> ": " + line.replaceFirst("[.\\s]+$", ""))
        .orElse("");
  }
}
