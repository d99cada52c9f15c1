package dev.arda.client;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where the daemon of a user is found. Daemons of different protocol versions live side by side.
 *
 * @param runtimeDirectory holds what lives as long as the session: socket, lock and record
 * @param stateDirectory holds what outlives it: logs
 */
public record DaemonLocation(Path runtimeDirectory, Path stateDirectory) {

  /** Systems refuse longer socket paths: 108 bytes on Linux, 104 on macOS, less some reserve. */
  private static final int LONGEST_SOCKET_PATH = 100;

  private static final String NAME = "daemon-" + Protocol.VERSION;

  /**
   * The place that the environment says.
   *
   * @throws DaemonException if {@code ARDA_RUNTIME_DIR} or {@code ARDA_STATE_DIR} is relative:
   *     there would be another daemon for each directory
   */
  public static DaemonLocation of(Environment environment) {
    var runtime =
        environment
            .directory(Setting.ARDA_RUNTIME_DIR)
            .or(() ->
                environment.baseDirectory(Setting.XDG_RUNTIME_DIR).map(p -> p.resolve("arda")))
            .orElseGet(() -> environment.temporaryDirectory().resolve("arda-" + environment.uid()));
    return new DaemonLocation(runtime, stateDirectory(environment));
  }

  /** The state directory alone. */
  static Path stateDirectory(Environment environment) {
    return environment
        .directory(Setting.ARDA_STATE_DIR)
        .or(() -> environment.baseDirectory(Setting.XDG_STATE_HOME).map(p -> p.resolve("arda")))
        .orElseGet(() -> environment.home().resolve(".local/state/arda"));
  }

  /**
   * Locked by a client while it starts a daemon. Never deleted: a lock on a deleted file excludes
   * nobody.
   */
  public Path lockFile() {
    return runtimeDirectory.resolve(NAME + ".lock");
  }

  /** The socket that the daemon listens on. */
  public Path socket() {
    return runtimeDirectory.resolve(NAME + ".sock");
  }

  /** What the daemon says of itself. */
  public Path record() {
    return runtimeDirectory.resolve(NAME + ".json");
  }

  /** What the daemon logs. */
  public Path logFile() {
    return stateDirectory.resolve("log").resolve("daemon.log");
  }

  /** What a daemon wrote to its standard streams, mostly before it could log. */
  public Path outputFile() {
    return stateDirectory.resolve("log").resolve("daemon.out");
  }

  /**
   * Refuses a socket path that the system would refuse with a less helpful message.
   *
   * @throws DaemonException if it is too long
   */
  void checkLength() {
    int length = socket().toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_SOCKET_PATH) {
      throw new DaemonException(
          "the path of the daemon's socket has %d bytes, more than the %d that are safe: %s\nset %s to a shorter directory"
              .formatted(length, LONGEST_SOCKET_PATH, socket(), Setting.ARDA_RUNTIME_DIR.name()));
    }
  }
}
