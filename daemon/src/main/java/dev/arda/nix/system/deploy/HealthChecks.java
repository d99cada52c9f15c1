package dev.arda.nix.system.deploy;

import dev.arda.nix.core.TerminalText;
import dev.arda.nix.remote.Elevation;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.TimeLimit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Commands that have to succeed on a machine before its new system is confirmed.
 *
 * @param commands for {@code /bin/sh}
 * @param limit how long they may take, all together
 */
record HealthChecks(List<String> commands, Duration limit) {

  /** Copies the list. */
  HealthChecks {
    commands = List.copyOf(commands);
  }

  /** Whether there is nothing to check. */
  boolean isEmpty() {
    return commands.isEmpty();
  }

  /** How much longer a machine has to wait for its confirmation because of them. */
  Duration patience() {
    return isEmpty() ? Duration.ZERO : limit.plusSeconds(5);
  }

  /** What they say. */
  sealed interface Verdict {
    /** All succeeded. */
    record Healthy() implements Verdict {}

    /**
     * One does not succeed.
     *
     * @param what which, how it ended and what it printed last
     */
    record Unhealthy(String what) implements Verdict {}
  }

  /**
   * Runs them on a machine.
   *
   * @param marker begins lines that are no output of theirs
   * @param lines hears what the one printed that failed
   * @return empty: the connection broke
   * @throws NixException as {@link Shell#run}
   */
  Optional<Verdict> run(Shell shell, Elevation elevation, String marker, Consumer<String> lines) {
    if (isEmpty()) {
      return Optional.of(new Verdict.Healthy());
    }
    var said = shell.run(Scripts.health(this, marker).with(elevation)).outputText();
    var values = said.lines().filter(line -> line.startsWith(marker)).toList();
    var failed = value(values, marker + "failed=").filter(text -> text.matches("[0-9]{1,4}"));
    if (failed.isPresent()) {
      var output =
          said.lines().filter(line -> !line.startsWith(marker) && !line.isBlank()).toList();
      output.forEach(lines);
      var command = commands.get(Math.min(commands.size() - 1, Integer.parseInt(failed.get())));
      return Optional.of(
          new Verdict.Unhealthy(
              "%s %s%s"
                  .formatted(
                      TerminalText.strip(command.lines().findFirst().orElse("")).strip(),
                      value(values, marker + "code=").map(this::ended).orElse("failed"),
                      output.isEmpty()
                          ? ""
                          : ": " + TerminalText.strip(output.getLast()).strip())));
    }
    return value(values, marker + "healthy=").map(_ -> new Verdict.Healthy());
  }

  private String ended(String code) {
    return code.equals("late")
        ? "did not end within " + TimeLimit.shown(limit)
        : "ended with " + code;
  }

  private static Optional<String> value(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()))
        .findFirst();
  }
}
