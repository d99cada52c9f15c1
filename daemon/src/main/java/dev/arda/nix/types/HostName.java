package dev.arda.nix.types;

import java.util.regex.Pattern;

/**
 * The name of a host that can be managed: what a flake calls it. Names of attributes can be any
 * text; one that is to appear in file names, unit names and command lines may not.
 *
 * @param text letters, digits, {@code .}, {@code _}, {@code -} and {@code +}, at most 253 of them,
 *     the first a letter, digit or {@code _}
 */
public record HostName(String text) implements Comparable<HostName> {

  private static final int LONGEST = 253;
  private static final Pattern FORM =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,%d}".formatted(LONGEST - 1));

  /**
   * Checks the form.
   *
   * @throws SystemException {@code HOST_NAME_INVALID}
   */
  public HostName {
    if (!isOne(text)) {
      var shown = shown(text);
      throw new SystemException(
          Reason.HOST_NAME_INVALID,
          text.length() > LONGEST
              ? "%s cannot be the name of a host: it has %d characters, and at most %d are allowed."
                  .formatted(shown, text.length(), LONGEST)
              : "%s cannot be the name of a host: letters, digits and . _ - + can be in one, and it begins with a letter, a digit or _."
                  .formatted(shown),
          NixException.Details.NONE.with("host", shown));
    }
  }

  /** Whether a text has the form. */
  public static boolean isOne(String text) {
    return FORM.matcher(text).matches();
  }

  private static String shown(String text) {
    if (text.isBlank()) {
      return "An empty text";
    }
    var harmless = text.replaceAll("\\p{Cc}", "?");
    return harmless.length() > 100 ? harmless.substring(0, 100) + "…" : harmless;
  }

  @Override
  public int compareTo(HostName other) {
    return text.compareTo(other.text);
  }

  /** The text. */
  @Override
  public String toString() {
    return text;
  }
}
