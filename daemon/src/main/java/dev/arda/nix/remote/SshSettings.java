package dev.arda.nix.remote;

import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How machines are reached.
 *
 * @param acceptNewHostKey whether the key of a host that was never met is trusted and remembered; a
 *     key that has changed never is
 * @param jumpHosts hosts to go through, the nearest first
 * @param configFile absolute path of a configuration for ssh instead of the user's and the system's
 * @param connectTimeout how long a connection may take to be made; a second at least
 * @param forwardAgent whether the machine may use the keys of the caller's agent while the
 *     connection is open; whoever is root there can, too
 */
public record SshSettings(
    boolean acceptNewHostKey,
    List<SshTarget> jumpHosts,
    Optional<String> configFile,
    Duration connectTimeout,
    boolean forwardAgent) {

  /** The variable of the caller that names a configuration file. */
  public static final String CONFIG_VARIABLE = "ARDA_SSH_CONFIG";

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** Copies the list. */
  public SshSettings {
    jumpHosts = List.copyOf(jumpHosts);
  }

  /** Settings that keep the agent here. */
  public SshSettings(
      boolean acceptNewHostKey,
      List<SshTarget> jumpHosts,
      Optional<String> configFile,
      Duration connectTimeout) {
    this(acceptNewHostKey, jumpHosts, configFile, connectTimeout, false);
  }

  /** The same, by way of other hosts. */
  SshSettings through(List<SshTarget> others) {
    return new SshSettings(acceptNewHostKey, others, configFile, connectTimeout, forwardAgent);
  }

  /** The same, with the agent forwarded or not. */
  public SshSettings forwardingAgent(boolean wished) {
    return new SshSettings(acceptNewHostKey, jumpHosts, configFile, connectTimeout, wished);
  }

  /**
   * The settings of a caller, whose agent is not forwarded.
   *
   * @param jumpHosts as {@link SshTarget#parse} reads them
   * @throws SystemException {@code HOST_TARGET_INVALID}
   */
  public static SshSettings of(
      CallContext context, boolean acceptNewHostKey, List<String> jumpHosts) {
    var config =
        Optional.ofNullable(context.environment().get(CONFIG_VARIABLE))
            .filter(path -> !path.isEmpty());
    if (config.filter(path -> !path.startsWith("/")).isPresent()) {
      throw new SystemException(
          Reason.REQUEST_INVALID, CONFIG_VARIABLE + " is not an absolute path.");
    }
    return new SshSettings(
        acceptNewHostKey,
        jumpHosts.stream().map(SshTarget::parse).toList(),
        config,
        CONNECT_TIMEOUT);
  }
}
