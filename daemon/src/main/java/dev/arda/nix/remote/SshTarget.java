package dev.arda.nix.remote;

import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Where a machine is: {@code [user@]host[:port]}, with an IPv6 address in brackets. The host may be
 * an alias from the user's configuration of ssh. Options behind a {@code ?}, as clan has them, are
 * refused: one of them can be a program to run.
 *
 * @param user empty: whom the configuration of ssh says
 * @param host a name or an address, without brackets
 * @param port empty: what the configuration of ssh says
 */
public record SshTarget(Optional<String> user, String host, OptionalInt port) {

  private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}");
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9_.-]{1,32})?");
  private static final Pattern FORM =
      Pattern.compile(
          "(?:ssh://)?(?:(?<user>[^@]*)@)?(?:\\[(?<address>[^\\]]*)\\]|(?<host>[^:\\[\\]@/]*))(?::(?<port>[0-9]{1,5}))?");

  /**
   * Reads a target.
   *
   * @throws SystemException {@code HOST_TARGET_INVALID}, naming the text
   */
  public static SshTarget parse(String text) {
    var match = FORM.matcher(text);
    if (!match.matches()) {
      throw invalid(text, "it has not the form [user@]host[:port]");
    }
    var user = Optional.ofNullable(match.group("user"));
    if (user.filter(name -> !USER.matcher(name).matches()).isPresent()) {
      throw invalid(text, "what stands before @ cannot be a user");
    }
    var address = Optional.ofNullable(match.group("address"));
    var host = address.or(() -> Optional.ofNullable(match.group("host"))).orElse("");
    if (!(address.isPresent() ? ADDRESS : HOST).matcher(host).matches()) {
      throw invalid(
          text, host.isEmpty() ? "it names no host" : "no host or address is written like this");
    }
    return new SshTarget(user, host, port(text, Optional.ofNullable(match.group("port"))));
  }

  private static OptionalInt port(String text, Optional<String> digits) {
    if (digits.isEmpty()) {
      return OptionalInt.empty();
    }
    int port = Integer.parseInt(digits.get());
    if (port < 1 || port > 65_535) {
      throw invalid(text, "%d is no port".formatted(port));
    }
    return OptionalInt.of(port);
  }

  /** Whether it means the machine that arda runs on; no ssh is needed then. */
  public boolean isLocal() {
    return host.equals("localhost") && user.isEmpty() && port.isEmpty();
  }

  private static SystemException invalid(String text, String why) {
    var harmless = text.replaceAll("\\p{Cc}", "?");
    var shown = harmless.length() > 100 ? harmless.substring(0, 100) + "…" : harmless;
    return new SystemException(
        Reason.HOST_TARGET_INVALID,
        "%s cannot be reached by ssh: %s."
            .formatted(shown.isBlank() ? "An empty text" : shown, why),
        Details.NONE.with("target", shown));
  }

  /** As it is written. */
  @Override
  public String toString() {
    var name = host.contains(":") ? "[" + host + "]" : host;
    return user.map(one -> one + "@").orElse("")
        + name
        + (port.isPresent() ? ":" + port.getAsInt() : "");
  }
}
