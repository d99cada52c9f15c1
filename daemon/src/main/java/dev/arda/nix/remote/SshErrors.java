package dev.arda.nix.remote;

import dev.arda.nix.core.TerminalText;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What the last words of {@code ssh} mean (the texts of OpenSSH 8 to 10). */
final class SshErrors {

  private static final int CASE = Pattern.CASE_INSENSITIVE;

  private record Meaning(Pattern text, Reason reason, String what, String remedy) {}

  private static final Pattern OTHER_KEY =
      Pattern.compile("REMOTE HOST IDENTIFICATION HAS CHANGED|host key .* has changed", CASE);
  private static final Pattern UNKNOWN_KEY =
      Pattern.compile("No .* host key is known|Host key verification failed", CASE);
  private static final Pattern NO_ADDRESS =
      Pattern.compile(
          "Could not resolve hostname|Name or service not known|nodename nor servname", CASE);

  private static final Pattern NEW_KEY =
      Pattern.compile(
          "fingerprint for the (\\S+) key sent by the remote host is\\s+(\\S+?)\\.?\\s");
  private static final Pattern OLD_KEY =
      Pattern.compile("^Offending .*key in (\\S.*):([0-9]+)\\s*$", Pattern.MULTILINE);
  private static final Pattern NAME_OF_KEY =
      Pattern.compile("^Host key for (\\S+) has changed", Pattern.MULTILINE);
  private static final Pattern NAME_WITHOUT_ADDRESS =
      Pattern.compile("Could not resolve hostname (\\S+?):");

  /** An {@code ssh} whose way to its target ended before a word came: one line of each. */
  private static final Pattern WAY_ENDED =
      Pattern.compile("^(kex|ssh)_exchange_identification: .*", Pattern.MULTILINE);

  /** What says nothing of a cause. */
  private static final Pattern NOISE =
      Pattern.compile(
          "(kex|ssh)_exchange_identification: .*|.* UNKNOWN port .*|Warning: Permanently added .*|");

  /** A jump host that was reached, and could not reach the next. */
  private static final Pattern NOT_FORWARDED = Pattern.compile("stdio forwarding failed", CASE);

  private static final String PROHIBITED = "administratively prohibited";

  private static final List<Meaning> MEANINGS =
      List.of(
          meaning(
              PROHIBITED,
              Reason.HOST_UNREACHABLE,
              "it lets no connections through",
              "Check AllowTcpForwarding in the configuration of its sshd."),
          meaning(
              "Permission denied|Too many authentication failures|No supported authentication",
              Reason.HOST_AUTHENTICATION_FAILED,
              "it lets none of your keys in",
              "Load the key into the agent (ssh-add), or name another user: user@host."),
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
    return new Meaning(Pattern.compile(text, CASE), reason, what, remedy);
  }

  /**
   * The failure of a connection.
   *
   * @param commands with which it was tried
   * @param said what {@code ssh} printed to standard error
   * @param way what it went through; is asked for only if the fault may lie there
   */
  static SystemException of(SshCommands commands, String said, Supplier<SshWay> way) {
    var words = TerminalText.strip(said).strip();
    long ended = WAY_ENDED.matcher(words).results().count();
    var causes = words.lines().map(String::strip).filter(line -> !isNoise(line)).toList();
    if (ended == 0 || causes.isEmpty() || NO_ADDRESS.matcher(words).find()) {
      return ofTarget(commands, words);
    }
    var gone = way.get();
    boolean reached = NOT_FORWARDED.matcher(words).find() && !words.contains(PROHIBITED);
    long at = gone.jumpHosts().size() - ended + (reached ? 1 : 0);
    if (at >= 0 && at < gone.jumpHosts().size()) {
      return ofJumpHost(commands, gone, (int) at, words, causes.getLast());
    }
    return at < 0 && gone.proxyCommand().isPresent()
        ? ofProxyCommand(commands, gone, causes.getFirst(), words)
        : ofTarget(commands, words);
  }

  private static boolean isNoise(String line) {
    return NOISE.matcher(line).matches();
  }

  private static SystemException ofTarget(SshCommands commands, String words) {
    var target = commands.target();
    var known = meaning(commands, words);
    return known.isPresent()
        ? new SystemException(
            known.get().reason(),
            "%s cannot be reached: %s%s. %s"
                .formatted(
                    target, known.get().what(), cited(known.get(), words), known.get().remedy()),
            details(target))
        : new SystemException(
            Reason.HOST_CONNECTION_LOST,
            "The connection to %s broke%s.".formatted(target, cited(last(words))),
            details(target));
  }

  private static SystemException ofJumpHost(
      SshCommands commands, SshWay way, int at, String words, String cause) {
    var target = commands.target();
    var jump = way.jumpHosts().get(at);
    var known = meaning(commands.to(jump, way.jumpHosts().subList(0, at)), words);
    if (known.isEmpty()) {
      return new SystemException(
          Reason.HOST_CONNECTION_LOST,
          "The connection to %s broke at its jump host %s%s."
              .formatted(target, jump, cited(Optional.of(cause))),
          details(target));
    }
    var remedy =
        known.get().reason() == Reason.HOST_AUTHENTICATION_FAILED
            ? "Load the key into the agent (ssh-add), or name another user: --jump user@%s, or User in the configuration of ssh."
                .formatted(jump.host())
            : known.get().remedy();
    return new SystemException(
        known.get().reason(),
        "%s cannot be reached, as its jump host %s cannot: %s%s. %s"
            .formatted(target, jump, known.get().what(), cited(known.get(), words), remedy),
        details(target));
  }

  private static SystemException ofProxyCommand(
      SshCommands commands, SshWay way, String cause, String words) {
    var target = commands.target();
    var first = way.jumpHosts().isEmpty() ? target : way.jumpHosts().getFirst();
    return new SystemException(
        meaning(commands, words).map(Meaning::reason).orElse(Reason.HOST_UNREACHABLE),
        "%s cannot be reached: what the configuration of ssh runs to get to %s failed (ProxyCommand %s): %s. Correct that, or see what it says: %s"
            .formatted(
                target,
                first.equals(target) ? "it" : first,
                way.proxyCommand().orElseThrow(),
                cause,
                commands.to(first, List.of()).typed()),
        details(target));
  }

  private static Details details(SshTarget target) {
    return Details.NONE.with("target", target.toString());
  }

  private static Optional<Meaning> meaning(SshCommands commands, String words) {
    if (OTHER_KEY.matcher(words).find()) {
      return Optional.of(otherKey(words));
    }
    if (UNKNOWN_KEY.matcher(words).find()) {
      return Optional.of(
          new Meaning(
              UNKNOWN_KEY,
              Reason.HOST_KEY_REJECTED,
              "its key is not known",
              "Compare its fingerprint, which this shows before it asks whether to add it: %s%s"
                  .formatted(
                      commands.typed(),
                      commands.settings().acceptNewHostKey()
                          ? ""
                          : ". Or pass --accept-new-host-key.")));
    }
    if (NO_ADDRESS.matcher(words).find()) {
      return Optional.of(noAddress(commands.target(), words));
    }
    return MEANINGS.stream().filter(one -> one.text().matcher(words).find()).findFirst();
  }

  /** With what to type, as far as {@code ssh} says which key it knew. */
  private static Meaning otherKey(String words) {
    var shown = NEW_KEY.matcher(words + "\n");
    var old = OLD_KEY.matcher(words);
    var name = NAME_OF_KEY.matcher(words);
    return new Meaning(
        OTHER_KEY,
        Reason.HOST_KEY_REJECTED,
        "it shows another key than before%s: another machine, a new installation, or somebody in between"
            .formatted(shown.find() ? ", %s (%s)".formatted(shown.group(2), shown.group(1)) : ""),
        old.find() && name.find()
            ? "Find out which. The old key is in %s:%s; if the new one is right, remove the old one: ssh-keygen -f %s -R %s"
                .formatted(
                    old.group(1),
                    old.group(2),
                    SshCommands.word(old.group(1)),
                    SshCommands.word(name.group(1)))
            : "Find out which. If the new key is right, remove the old one with ssh-keygen -R.");
  }

  /** The name may be another one than that of the target: what that stands for, or a jump host. */
  private static Meaning noAddress(SshTarget target, String words) {
    var name = NAME_WITHOUT_ADDRESS.matcher(words);
    boolean isOther = name.find() && !name.group(1).equalsIgnoreCase(target.host());
    return new Meaning(
        NO_ADDRESS,
        Reason.HOST_UNREACHABLE,
        isOther
            ? "there is no address for %s, which is on the way to it".formatted(name.group(1))
            : "there is no address for that name",
        isOther
            ? "Correct it: --jump, or HostName and ProxyJump in the configuration of ssh."
            : "Correct it, or say where the host is: --target-host; one that builds: --build-host.");
  }

  /** It took longer than it may. */
  static SystemException silent(SshTarget target, long seconds) {
    return new SystemException(
        Reason.HOST_TIMEOUT,
        "%s cannot be reached: it did not answer within %d s. Check the network, firewalls, and whether the machine is on."
            .formatted(target, seconds),
        details(target));
  }

  /** The line that says it; what comes behind it is what came of it. */
  private static String cited(Meaning meaning, String words) {
    return meaning.text() == OTHER_KEY
        ? "" // all that its dozen lines say is said
        : cited(words.lines().filter(line -> meaning.text().matcher(line).find()).findFirst());
  }

  private static Optional<String> last(String words) {
    return words.lines().filter(line -> !line.isBlank()).reduce((_, second) -> second);
  }

  private static String cited(Optional<String> line) {
    return line.map(said -> " (" + said.strip().replaceFirst("[.\\s]+$", "") + ")").orElse("");
  }
}
