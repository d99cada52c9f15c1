package dev.arda.nix.system.source;

import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.HostName;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A host that is to be made.
 *
 * @param context who wishes
 * @param flake flake reference; empty: the caller's default
 * @param name of the host
 * @param template a file or directory, the name of one that the flake has, or a host to take as an
 *     example; empty: the one that the flake calls {@code host} if it is there, else arda's own
 * @param system for example {@code x86_64-linux}
 * @param tags in the order that they are to be written in
 * @param description one line; may be empty
 */
public record HostWish(
    CallContext context,
    String flake,
    HostName name,
    Optional<String> template,
    Optional<String> system,
    List<String> tags,
    String description) {

  private static final Pattern SYSTEM = Pattern.compile("[a-z0-9_]{1,32}-(linux|darwin)");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:+-]{0,62}");
  private static final Pattern HOST_NAME =
      Pattern.compile("\\bhostName\\s*=\\s*\"(?<name>[^\"]*)\"");

  /** As NixOS checks {@code networking.hostName}. */
  private static final Pattern NIXOS_HOST_NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?");

  private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

  /**
   * Checks the texts.
   *
   * @throws SystemException {@code REQUEST_INVALID}, naming the one that cannot be written
   */
  public HostWish {
    tags = List.copyOf(tags);
    if (system.isPresent() && !SYSTEM.matcher(system.get()).matches()) {
      throw refused("system", system.get(), "is no system such as x86_64-linux");
    }
    for (var tag : tags) {
      if (!TAG.matcher(tag).matches()) {
        throw refused("tag", tag, "cannot be a tag: letters, digits and . _ : + - can be in one");
      }
    }
    if (CONTROL.matcher(description).find()) {
      throw refused("description", description, "is not one line of text");
    }
    if (template.isPresent() && CONTROL.matcher(template.get()).find()) {
      throw refused("template", template.get(), "cannot be the name of a template");
    }
  }

  private static SystemException refused(String what, String value, String why) {
    var harmless = CONTROL.matcher(value).replaceAll("?");
    var shown = harmless.length() > 100 ? harmless.substring(0, 100) + "…" : harmless;
    return new SystemException(
        Reason.REQUEST_INVALID,
        "The %s '%s' %s.".formatted(what, shown, why),
        Details.NONE.with(what, shown));
  }

  /** The system that is written where none was wished: that of this machine, or its kind. */
  String systemOrDefault() {
    return system.orElseGet(() ->
        switch (System.getProperty("os.arch", "")) {
          case "aarch64", "arm64" -> "aarch64-linux";
          default -> "x86_64-linux";
        });
  }

  /** Where it is named. */
  List<String> place() {
    return List.of(
        systemOrDefault().endsWith("-darwin") ? "darwinConfigurations" : "nixosConfigurations");
  }

  /**
   * Checks that NixOS takes the name of a host that a text gives it.
   *
   * @throws SystemException {@code HOST_SOURCE_REFUSED}
   */
  void checkName(String text) {
    var given = HOST_NAME.matcher(text);
    while (given.find()) {
      if (given.group("name").equals(name.text())
          && place().contains("nixosConfigurations")
          && !NIXOS_HOST_NAME.matcher(name.text()).matches()) {
        throw new SystemException(
            Reason.HOST_SOURCE_REFUSED,
            "NixOS takes no networking.hostName %s: it has at most 63 letters, digits, - and _, and a letter or digit at both ends."
                .formatted(NixText.string(name.text())),
            Details.NONE
                .with("host", name.text())
                .with("hint", "name it otherwise, or take a template that sets another hostName"));
      }
    }
  }
}
