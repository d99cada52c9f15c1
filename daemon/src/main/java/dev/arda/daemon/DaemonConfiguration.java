package dev.arda.daemon;

import dev.arda.daemon.operation.OperationLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that is settled before a daemon starts.
 *
 * @param runtimeDirectory absolute directory of socket, record and locks
 * @param stateDirectory absolute directory that outlives a logout; logs lie in {@code log} below it
 * @param cacheDirectory absolute directory of what can be found out again
 * @param idleTimeout how long it stays when nothing is asked; empty: until it is told to end
 * @param slowEvaluation evaluations that take as long or longer are logged
 * @param isPrivate whether it serves one client
 * @param selfCheckInterval how often it looks whether its files are still its own
 * @param operations how much operations may take
 */
public record DaemonConfiguration(
    Path runtimeDirectory,
    Path stateDirectory,
    Path cacheDirectory,
    Optional<Duration> idleTimeout,
    Duration slowEvaluation,
    boolean isPrivate,
    Duration selfCheckInterval,
    OperationLimits operations) {

  /** How long a daemon stays when nothing is asked and nothing else was said. */
  static final Duration IDLE_TIMEOUT = Duration.ofHours(3);

  /** Evaluations that take as long are logged when nothing else was said. */
  static final Duration SLOW_EVALUATION = Duration.ofSeconds(1);

  private static final Duration SELF_CHECK_INTERVAL = Duration.ofSeconds(10);

  /**
   * Fills in what the command line leaves open, by the rules that clients follow too.
   *
   * @param environment the variables of the process
   * @param uid numeric id of the user
   * @throws DaemonStartException if a variable cannot be understood
   */
  static DaemonConfiguration resolve(
      DaemonArguments arguments, Map<String, String> environment, long uid)
      throws DaemonStartException {
    var runtime =
        arguments
            .runtimeDirectory()
            .or(() -> path(environment, "ARDA_RUNTIME_DIR"))
            .or(() -> path(environment, "XDG_RUNTIME_DIR").map(d -> d.resolve("arda")))
            .orElseGet(
                () -> path(environment, "TMPDIR").orElse(Path.of("/tmp")).resolve("arda-" + uid));
    var state =
        arguments
            .stateDirectory()
            .or(() -> path(environment, "ARDA_STATE_DIR"))
            .or(() -> path(environment, "XDG_STATE_HOME").map(d -> d.resolve("arda")))
            .orElseGet(() ->
                path(environment, "HOME")
                    .orElse(Path.of(System.getProperty("user.home", "/")))
                    .resolve(".local/state/arda"));
    var cache =
        path(environment, "ARDA_CACHE_DIR")
            .or(() -> path(environment, "XDG_CACHE_HOME").map(d -> d.resolve("arda")))
            .orElseGet(() ->
                path(environment, "HOME")
                    .orElse(Path.of(System.getProperty("user.home", "/")))
                    .resolve(".cache/arda"));
    var idle =
        arguments.isPrivate()
            ? Optional.<Duration>empty()
            : arguments.idleTimeout().or(() -> Optional.of(IDLE_TIMEOUT));
    return new DaemonConfiguration(
        runtime.toAbsolutePath().normalize(),
        state.toAbsolutePath().normalize(),
        cache.toAbsolutePath().normalize(),
        idle,
        arguments.slowEvaluation().orElse(SLOW_EVALUATION),
        arguments.isPrivate(),
        SELF_CHECK_INTERVAL,
        OperationSettings.read(environment));
  }

  /** The directory of the operations, which all daemons of the user share. */
  Path operationDirectory() {
    return stateDirectory.resolve("operations");
  }

  /** The directory of the logs. */
  Path logDirectory() {
    return stateDirectory.resolve("log");
  }

  /**
   * The file this daemon logs to. Private daemons share one, so that it does not grow in number.
   */
  Path logFile() {
    return logDirectory().resolve(isPrivate ? "private.log" : "daemon.log");
  }

  private static Optional<Path> path(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(v -> !v.isEmpty()).map(Path::of);
  }
}
