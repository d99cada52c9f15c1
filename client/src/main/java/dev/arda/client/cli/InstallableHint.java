package dev.arda.client.cli;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Recognises the form in which other Nix tools are told what to evaluate, {@code FLAKE#ATTRIBUTE},
 * which fingers type by habit, and says what was meant.
 */
final class InstallableHint {

  /** What can stand before the {@code #}: a path, a URL, or a name from the registry. */
  private static final Pattern INSTALLABLE =
      Pattern.compile(
          "(?<flake>|\\.{1,2}(?:[/?][^#]*)?|[/~][^#]*|[A-Za-z][A-Za-z0-9+.-]*:[^#]*|[A-Za-z][A-Za-z0-9_-]*(?:/[A-Za-z0-9_.-]+)*)"
              + "#(?<attribute>.*)",
          Pattern.DOTALL);

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+=,-]+");

  private InstallableHint() {}

  /** The command that was meant, if this is no selector but an installable. */
  static Optional<String> command(String selector) {
    var matcher = INSTALLABLE.matcher(selector);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    var flake = matcher.group("flake").isEmpty() ? "." : matcher.group("flake");
    // `^out` names outputs to build; an evaluation has none.
    var attribute = matcher.group("attribute").replaceFirst("\\^[^\"]*$", "");
    return Optional.of(
        "arda eval --flake %s -- %s"
            .formatted(quoted(flake), attribute.isEmpty() ? "'*'" : quoted(attribute)));
  }

  /** A word in the form that a shell reads it in. */
  static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
