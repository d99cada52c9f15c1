package dev.arda.nix.core;

import java.util.Locale;

/**
 * What a Nix calls itself. For people and for cache keys; what it can do is a matter of {@link
 * NixCapabilities}.
 *
 * @param implementation who made it
 * @param version for example {@code 2.26.3}; empty if it does not say
 * @param text what {@code nix --version} printed, for example {@code nix (Nix) 2.26.3}
 */
public record NixVersion(Implementation implementation, String version, String text) {

  /** Programs that are called {@code nix}. */
  public enum Implementation {
    /** The one of the Nix project. */
    NIX,
    /** A fork of Nix 2.18. */
    LIX,
    /** The distribution of Determinate Systems. */
    DETERMINATE,
    /** Something else. */
    OTHER
  }

  /** Reads what {@code nix --version} printed. */
  static NixVersion parse(String printed) {
    var text = TerminalText.strip(printed).strip().lines().findFirst().orElse("");
    var lower = text.toLowerCase(Locale.ROOT);
    var implementation =
        lower.contains("lix")
            ? Implementation.LIX
            : lower.contains("determinate")
                ? Implementation.DETERMINATE
                : lower.startsWith("nix ") ? Implementation.NIX : Implementation.OTHER;
    var last = text.substring(text.lastIndexOf(' ') + 1);
    var version = !last.isEmpty() && Character.isDigit(last.charAt(0)) ? last : "";
    return new NixVersion(implementation, version, text);
  }
}
