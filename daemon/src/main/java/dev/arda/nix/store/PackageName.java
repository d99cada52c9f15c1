package dev.arda.nix.store;

import java.util.regex.Pattern;

/**
 * The name of a store path taken apart as {@code nix store diff-closures} takes it: the version
 * begins behind the first hyphen that no letter follows ({@code builtins.parseDrvName}), and a word
 * at its end is an output.
 *
 * @param name for example {@code openssl}
 * @param version for example {@code 3.0.13}; empty if there is none
 * @param output for example {@code dev}; empty for the main one
 */
public record PackageName(String name, String version, String output) {

  private static final Pattern VERSION = Pattern.compile("(.*?)-([^a-zA-Z].*)");
  private static final Pattern OUTPUT = Pattern.compile("(.*)-([a-z]+|lib32|lib64)");

  /** Takes a name apart; a {@code .drv} at its end is no part of the version. */
  public static PackageName of(String text) {
    var plain = text.endsWith(".drv") ? text.substring(0, text.length() - ".drv".length()) : text;
    var versioned = VERSION.matcher(plain);
    if (!versioned.matches()) {
      return new PackageName(plain, "", "");
    }
    var rest = versioned.group(2);
    var withOutput = OUTPUT.matcher(rest);
    return withOutput.matches()
        ? new PackageName(versioned.group(1), withOutput.group(1), withOutput.group(2))
        : new PackageName(versioned.group(1), rest, "");
  }
}
