package dev.arda.nix.remote;

import dev.arda.nix.core.Command;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.SystemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What {@code ssh} goes through to a machine, by the command line and by its configuration.
 *
 * @param jumpHosts the nearest first
 * @param proxyCommand the program through which the first of all is reached, a jump host or the
 *     machine itself; empty: none
 */
record SshWay(List<SshTarget> jumpHosts, Optional<String> proxyCommand) {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** Deeper than anybody nests jump hosts; a circle ends there. */
  private static final int DEEPEST = 8;

  /** Copies the list. */
  SshWay {
    jumpHosts = List.copyOf(jumpHosts);
  }

  /**
   * Asks {@code ssh} (its {@code -G}), which connects to nothing; what it does not say is empty.
   */
  static SshWay find(ProcessRunner runner, CallContext context, SshCommands commands) {
    return find(runner, context, commands, DEEPEST);
  }

  private static SshWay find(
      ProcessRunner runner, CallContext context, SshCommands commands, int depth) {
    var values = configuration(runner, context, commands);
    var jumpHosts = jumpHosts(values.getOrDefault("proxyjump", "none"));
    if (jumpHosts.isEmpty() || depth == 0) {
      return new SshWay(
          jumpHosts,
          Optional.ofNullable(values.get("proxycommand")).filter(text -> !text.equals("none")));
    }
    // The first is reached as a person would who names it alone.
    var before = find(runner, context, commands.to(jumpHosts.getFirst(), List.of()), depth - 1);
    var all = new ArrayList<>(before.jumpHosts());
    all.addAll(jumpHosts);
    return new SshWay(all, before.proxyCommand());
  }

  private static Map<String, String> configuration(
      ProcessRunner runner, CallContext context, SshCommands commands) {
    var result =
        runner.run(
            Command.of(commands.configuration(), context.environment(), context.cwd())
                .timeLimit(LIMIT)
                .build());
    return TerminalText.strip(result.outputText())
        .lines()
        .map(line -> line.split(" ", 2))
        .filter(parts -> parts.length == 2)
        .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (first, _) -> first));
  }

  private static List<SshTarget> jumpHosts(String text) {
    try {
      return text.equals("none")
          ? List.of()
          : Arrays.stream(text.split(",", -1)).map(SshTarget::parse).toList();
    } catch (SystemException e) {
      return List.of(); // ssh allows names that arda does not
    }
  }
}
