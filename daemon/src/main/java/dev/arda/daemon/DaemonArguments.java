package dev.arda.daemon;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The command line of {@code arda daemon run}.
 *
 * @param runtimeDirectory where its socket lies
 * @param stateDirectory where its logs lie
 * @param idleTimeout how long it stays when nothing is asked
 * @param slowEvaluation evaluations that take as long or longer are logged
 * @param isPrivate whether it serves one client, which holds its standard input open
 */
record DaemonArguments(
    Optional<Path> runtimeDirectory,
    Optional<Path> stateDirectory,
    Optional<Duration> idleTimeout,
    Optional<Duration> slowEvaluation,
    boolean isPrivate) {

  static final String USAGE =
      """
      Usage: arda daemon run [--runtime-dir DIR] [--state-dir DIR] [--idle-timeout TIME]
                             [--slow-evaluation TIME] [--private]
        --runtime-dir DIR    directory of the socket (default: $ARDA_RUNTIME_DIR, $XDG_RUNTIME_DIR/arda)
        --state-dir DIR      directory of the logs (default: $ARDA_STATE_DIR, $XDG_STATE_HOME/arda)
        --idle-timeout TIME  end when nothing was asked for so long, e.g. 3h, 90s (default: 3h)
        --slow-evaluation TIME  log evaluations that take as long or longer (default: 1s)
        --private            serve one client: end when standard input is closed, and not when idle
      """;

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

  /**
   * Reads a command line.
   *
   * @throws DaemonStartException if it is wrong
   */
  static DaemonArguments parse(List<String> arguments) throws DaemonStartException {
    var result =
        new DaemonArguments(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);
    for (var rest = arguments.iterator(); rest.hasNext(); ) {
      var argument = rest.next();
      var equals = argument.indexOf('=');
      var name = equals < 0 ? argument : argument.substring(0, equals);
      var inline =
          equals < 0 ? Optional.<String>empty() : Optional.of(argument.substring(equals + 1));
      result =
          switch (name) {
            case "--runtime-dir" -> result.withRuntimeDirectory(path(name, inline, rest));
            case "--state-dir" -> result.withStateDirectory(path(name, inline, rest));
            case "--idle-timeout" ->
                result.withIdleTimeout(duration(name, value(name, inline, rest)));
            case "--slow-evaluation" ->
                result.withSlowEvaluation(duration(name, value(name, inline, rest)));
            case "--private" -> {
              if (inline.isPresent()) {
                throw usage("--private takes no value");
              }
              yield result.withPrivate();
            }
            default -> throw usage("unknown argument: " + argument);
          };
    }
    return result;
  }

  private static Path path(String name, Optional<String> inline, Iterator<String> rest)
      throws DaemonStartException {
    var value = value(name, inline, rest);
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw usage("%s is not a path: %s".formatted(name, value));
    }
  }

  private static String value(String name, Optional<String> inline, Iterator<String> rest)
      throws DaemonStartException {
    if (inline.isEmpty() && !rest.hasNext()) {
      throw usage(name + " needs a value");
    }
    var value = inline.isPresent() ? inline.get() : rest.next();
    if (value.isEmpty()) {
      throw usage(name + " is empty");
    }
    return value;
  }

  private static Duration duration(String name, String text) throws DaemonStartException {
    var match = DURATION.matcher(text);
    if (!match.matches()) {
      throw usage("%s is not a time such as 3h, 15m, 90s or 500ms: %s".formatted(name, text));
    }
    var amount = Long.parseLong(match.group(1));
    var result =
        switch (match.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        };
    if (result.isZero()) {
      throw usage(name + " must be longer than nothing");
    }
    return result;
  }

  private static DaemonStartException usage(String problem) {
    return new DaemonStartException(
        ExitCode.USAGE, "arda daemon run: " + problem + System.lineSeparator() + USAGE);
  }

  private DaemonArguments withRuntimeDirectory(Path directory) {
    return new DaemonArguments(
        Optional.of(directory), stateDirectory, idleTimeout, slowEvaluation, isPrivate);
  }

  private DaemonArguments withStateDirectory(Path directory) {
    return new DaemonArguments(
        runtimeDirectory, Optional.of(directory), idleTimeout, slowEvaluation, isPrivate);
  }

  private DaemonArguments withIdleTimeout(Duration timeout) {
    return new DaemonArguments(
        runtimeDirectory, stateDirectory, Optional.of(timeout), slowEvaluation, isPrivate);
  }

  private DaemonArguments withSlowEvaluation(Duration threshold) {
    return new DaemonArguments(
        runtimeDirectory, stateDirectory, idleTimeout, Optional.of(threshold), isPrivate);
  }

  private DaemonArguments withPrivate() {
    return new DaemonArguments(runtimeDirectory, stateDirectory, idleTimeout, slowEvaluation, true);
  }
}
