package dev.arda.nix.system.install;

import dev.arda.nix.core.TerminalText;
import dev.arda.nix.remote.RemoteScript;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.remote.SshTarget;
import dev.arda.nix.system.Host;
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
      if [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null || doas -n true 2>/dev/null; then echo arda root yes; fi
      printf 'arda system %s\\n' "$(. /etc/os-release 2>/dev/null && printf %s "$PRETTY_NAME${VARIANT_ID:+ ($VARIANT_ID)}")"
      """;

  private InstallFacts() {}

  /**
   * What runs there now, in a few words.
   *
   * @throws SystemException {@code HOST_UNFIT} if the host cannot be installed there; as {@link
   *     Shell#run} if it cannot be reached
   */
  static String of(Shell shell, Host host, SshTarget target) {
    var result = shell.run(RemoteScript.of(SCRIPT, LIMIT));
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
