package dev.arda.nix.system.install;

import dev.arda.nix.core.CommandResult;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.remote.RemoteScript;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.remote.SshTarget;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.deploy.LockOnTarget;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.time.Duration;

/** Looks at a machine that is to be installed. */
final class InstallFacts {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final String SCRIPT =
      """
      PATH=$PATH:/run/wrappers/bin:/run/current-system/sw/bin
      printf 'arda kernel %s\\narda machine %s\\n' "$(uname -s)" "$(uname -m)"
      root=yes lock=held attempts=0
      # An installation that was given up has it for a moment more; see TargetHold.
      while [ "$lock" = held ] && [ "$attempts" -lt 20 ]; do
        [ "$attempts" = 0 ] || sleep 0.1
        attempts=$((attempts + 1))
        if [ "$(id -u)" = 0 ]; then lock=$(/bin/sh -c "$2" sh "$1" 2>/dev/null)
        else lock=$(sudo -n /bin/sh -c "$2" sh "$1" 2>/dev/null) || lock=$(doas -n /bin/sh -c "$2" sh "$1" 2>/dev/null) || root=
        fi
      done
      printf 'arda root %s\\narda lock %s\\n' "$root" "$lock"
      printf 'arda system %s\\n' "$(. /etc/os-release 2>/dev/null && printf %s "$PRETTY_NAME${VARIANT_ID:+ ($VARIANT_ID)}")"
      """;

  private InstallFacts() {}

  /**
   * What runs there now, in a few words.
   *
   * @param root directory that stands for {@code /} there
   * @throws SystemException {@code HOST_UNFIT} if the host cannot be installed there; {@code
   *     HOST_BUSY} if somebody activates a system there; as {@link Shell#run} if it cannot be
   *     reached
   */
  static String of(Shell shell, Host host, SshTarget target, String root) {
    var result = shell.run(RemoteScript.of(SCRIPT, LIMIT, root, LockOnTarget.look()));
    var runs = fit(result, host, target);
    if (value(result.outputText(), "lock").equals("held")) {
      throw LockOnTarget.held(host, "%s (%s)".formatted(host.name(), target));
    }
    return runs;
  }

  /** The same of a machine whose lock the caller holds. */
  static String ofHeld(Shell shell, Host host, SshTarget target, String root) {
    return fit(shell.run(RemoteScript.of(SCRIPT, LIMIT, root, LockOnTarget.look())), host, target);
  }

  private static String fit(CommandResult result, Host host, SshTarget target) {
    var kernel = value(result.outputText(), "kernel");
    var machine = value(result.outputText(), "machine");
    if (kernel.isEmpty()) {
      throw unfit(
          host,
          "%s does not say what it is: %s"
              .formatted(target, TerminalText.strip(result.errorTail()).strip()));
    }
    var system =
        (machine.equals("arm64") ? "aarch64" : machine)
            + "-"
            + kernel.toLowerCase(java.util.Locale.ROOT);
    if (!kernel.equals("Linux")) {
      throw unfit(host, "%s runs no Linux (it is %s).".formatted(target, system));
    }
    if (!host.system().isEmpty() && !host.system().equals(system)) {
      throw unfit(
          host,
          "%s is %s, but the configuration of %s is for %s."
              .formatted(target, system, host.name(), host.system()));
    }
    if (value(result.outputText(), "root").isEmpty()) {
      throw unfit(
          host,
          "The user that logs in on %s is not root, and neither sudo nor doas let it be without a password."
              .formatted(target));
    }
    var runs = TerminalText.strip(value(result.outputText(), "system"));
    return runs.isEmpty() ? system : runs;
  }

  private static String value(String output, String name) {
    var prefix = "arda " + name + " ";
    return output
        .lines()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()).strip())
        .findFirst()
        .orElse("");
  }

  private static SystemException unfit(Host host, String message) {
    return new SystemException(Reason.HOST_UNFIT, message, Details.NONE.with("host", host.name()));
  }
}
