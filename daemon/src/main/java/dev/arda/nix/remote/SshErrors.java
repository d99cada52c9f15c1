package dev.arda.nix.remote;

import dev.arda.nix.core.TerminalText;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.util.List;
import java.util.regex.Pattern;

/** What the last words of {@code ssh} mean (the texts of OpenSSH 8 to 10). */
final class SshErrors {

  private record Meaning(Pattern text, Reason reason, String what, String remedy) {}

  private static final List<Meaning> MEANINGS =
      List.of(
          meaning(
              "REMOTE HOST IDENTIFICATION HAS CHANGED|host key .* has changed",
              Reason.HOST_KEY_REJECTED,
              "it shows another key than before: another machine, a new installation, or somebody"
                  + " in between",
              "Find out which. If the new key is right, remove the old one with ssh-keygen -R."),
          meaning(
              "Host key verification failed|No .* host key is known",
              Reason.HOST_KEY_REJECTED,
              "its key is not known",
              "Compare its fingerprint and add it with ssh, or pass --accept-new-host-key."),
          meaning(
              "Permission denied|Too many authentication failures|No supported authentication",
              Reason.HOST_AUTHENTICATION_FAILED,
              "it lets none of your keys in",
              "Load the key into the agent (ssh-add), or name another user: user@host."),
          meaning(
              "Could not resolve hostname|Name or service not known|nodename nor servname",
              Reason.HOST_UNREACHABLE,
              "there is no address for that name",
              "Correct it, or say where the host is: --target-host; one that builds: --build-host."),
          meaning(
              "Connection refused",
              Reason.HOST_UNREACHABLE,
              "no ssh listens there",
              "Check that sshd runs, and the port."),
          meaning(
              "No route to host|Network is unreachable|Host is down",
              Reason.HOST_UNREACHABLE,
              "there is no way to it",
              "Check the network, or whether the machine is on."),
          meaning(
              "timed out|Timeout",
              Reason.HOST_TIMEOUT,
              "it does not answer",
              "Check the network, firewalls, and whether the machine is on."),
          meaning(
              "Bad configuration option|Can't open user config file|terminating, .* bad config",
              Reason.REQUEST_INVALID,
              "the configuration of ssh has a fault",
              "Correct it."));

  private SshErrors() {}

  private static Meaning meaning(String text, Reason reason, String what, String remedy) {
    return new Meaning(Pattern.compile(text, Pattern.CASE_INSENSITIVE), reason, what, remedy);
  }

  /**
   * The failure of a connection.
   *
   * @param said what {@code ssh} printed to standard error
   */
  static SystemException of(SshTarget target, String said) {
    var words = TerminalText.strip(said).strip();
    var details = Details.NONE.with("target", target.toString());
    for (var meaning : MEANINGS) {
      if (meaning.text().matcher(words).find()) {
        return new SystemException(
            meaning.reason(),
            "%s cannot be reached: %s%s. %s"
                .formatted(target, meaning.what(), cited(words), meaning.remedy()),
            details);
      }
    }
    return new SystemException(
        Reason.HOST_CONNECTION_LOST,
        "The connection to %s broke%s.".formatted(target, cited(words)),
        details);
  }

  /** It took longer than it may. */
  static SystemException silent(SshTarget target, long seconds) {
    return new SystemException(
        Reason.HOST_TIMEOUT,
        "%s cannot be reached: it did not answer within %d s. Check the network, firewalls, and whether the machine is on."
            .formatted(target, seconds),
        Details.NONE.with("target", target.toString()));
  }

  private static String cited(String words) {
    var last = words.lines().filter(line -> !line.isBlank()).reduce((_, second) -> second);
    return last.map(line -> " (" + line.strip().replaceFirst("[.\\s]+$", "") + ")").orElse("");
  }
}
