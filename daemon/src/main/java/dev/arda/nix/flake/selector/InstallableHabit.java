package dev.arda.nix.flake.selector;

import dev.arda.nix.types.FlakeException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What people type out of habit where a selector belongs: an installable of {@code nix build} such
 * as {@code .#packages.x86_64-linux.hello}, or a flake reference alone, for which {@code --flake}
 * was forgotten.
 *
 * <p>Such a text is often a legal selector too, of an attribute that no flake has. It counts as a
 * habit only if what stands before {@code #} looks like a flake reference, so a name that contains
 * {@code #} is left alone once it is quoted, stands in a set, or follows a dot.
 *
 * @param flake the flake reference that was meant
 * @param selector the selector that was meant, in canonical form; empty: the outputs themselves.
 *     Attribute paths are taken as they stand: Nix would also look in {@code packages.<system>} and
 *     {@code legacyPackages.<system>}
 */
public record InstallableHabit(String flake, String selector) {

  /** Schemes of flake references (Nix manual, "nix flake", "Types"). */
  private static final Set<String> SCHEMES =
      Set.of(
          "file",
          "file+file",
          "file+http",
          "file+https",
          "flake",
          "git",
          "git+file",
          "git+http",
          "git+https",
          "git+ssh",
          "github",
          "gitlab",
          "hg+file",
          "hg+http",
          "hg+https",
          "hg+ssh",
          "http",
          "https",
          "path",
          "sourcehut",
          "tarball",
          "tarball+file",
          "tarball+http",
          "tarball+https");

  /** A name in the flake registry, perhaps with a branch or a revision. */
  private static final Pattern REGISTRY_NAME =
      Pattern.compile("[A-Za-z][A-Za-z0-9_-]*(/[A-Za-z0-9@][A-Za-z0-9_.@/-]*)?");

  private static final Pattern PATH = Pattern.compile("(\\.\\.?|~)?/.*|\\.\\.?|~", Pattern.DOTALL);

  /** Parameters of a flake reference. */
  private static final Pattern PARAMETERS = Pattern.compile("\\?[A-Za-z]+=");

  /** Characters that the selector language gives a meaning, and that file names rarely have. */
  private static final Pattern SELECTOR_SYNTAX = Pattern.compile("[\"{}*\\\\]");

  /** The choice of outputs at the end of an installable. */
  private static final Pattern OUTPUTS = Pattern.compile("\\^(\\*|[A-Za-z0-9_+,-]+)$");

  /**
   * Recognises an installable or a flake reference.
   *
   * @param argument what was given as a selector
   * @return empty if it looks like a selector
   */
  public static Optional<InstallableHabit> recognise(String argument) {
    int hash = argument.indexOf('#');
    if (hash < 0) {
      return isPathOrUrl(argument)
          ? Optional.of(new InstallableHabit(argument, ""))
          : Optional.empty();
    }
    String flake = argument.substring(0, hash);
    if (!flake.isEmpty() && !isPathOrUrl(flake) && !REGISTRY_NAME.matcher(flake).matches()) {
      return Optional.empty();
    }
    return selector(argument.substring(hash + 1))
        .map(selector -> new InstallableHabit(flake.isEmpty() ? "." : flake, selector.toString()));
  }

  /** Whether a text can only be a path or a flake reference with a scheme. */
  public static boolean isPathOrUrl(String text) {
    if (SELECTOR_SYNTAX.matcher(text).find()) {
      return false;
    }
    var parameters = PARAMETERS.matcher(text);
    String source = parameters.find() ? text.substring(0, parameters.start()) : text;
    int colon = source.indexOf(':');
    return PATH.matcher(source).matches()
        || (colon > 0 && SCHEMES.contains(source.substring(0, colon)));
  }

  private static Optional<Selector> selector(String fragment) {
    String path = OUTPUTS.matcher(AttributePath.decoded(fragment)).replaceFirst("");
    try {
      // People also put selectors after the hash; Nix's paths hardly have names such as `*`.
      Selector selector = SelectorParser.parse(path).selector();
      if (!selector.steps().stream().allMatch(Step.Name.class::isInstance)) {
        return Optional.of(selector);
      }
    } catch (FlakeException _) {
      // Then it is an attribute path.
    }
    try {
      return Optional.of(Selector.path(AttributePath.parse(path).names().toArray(String[]::new)));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
