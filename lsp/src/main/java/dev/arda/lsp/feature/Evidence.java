package dev.arda.lsp.feature;

import dev.arda.lsp.feature.StringPlaces.Form;
import dev.arda.lsp.feature.StringPlaces.Part;
import dev.arda.lsp.text.CursorContext.StringAtCursor;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells strings that mean a selector or a reference from those that only look like one: a color, a
 * file's name, a comment in a script. What is offered in a string needs no such proof, what is said
 * to be wrong in it does.
 */
final class Evidence {

  /** Commands that are given references to flakes. */
  private static final Pattern COMMAND =
      Pattern.compile(
          "(?:^|[\\s;&|(/\"'])(?:nix|nix-[a-z-]+|nom|nh|arda|clan|nixos-[a-z-]+|darwin-rebuild"
              + "|home-manager|deploy|colmena|--flake)(?=[\\s=])");

  private static final Pattern COMMENT = Pattern.compile("(?:^|\\s)#");

  /** What a selector ends with that is the name of a file. */
  private static final Pattern FILE =
      Pattern.compile(
          "[\\w-]+(?:\\.[\\w-]+)*\\.(?:nix|json|toml|ya?ml|md|txt|lock|sh|py|rs|js|ts|xml|csv|html"
              + "|css|conf|cfg|ini|log|gz|xz|zst|zip|tar|img|iso|db|sqlite)");

  /** Two words with a dot. */
  private static final Pattern TWO_WORDS = Pattern.compile("[\\w'-]+\\.[\\w'-]*");

  /** Outputs whose names nothing else is called by. */
  private static final Set<String> CONFIGURATIONS =
      Set.of("nixosConfigurations", "darwinConfigurations", "homeConfigurations");

  /** Outputs that have a set for each system. */
  private static final Set<String> BY_SYSTEM =
      Set.of("packages", "legacyPackages", "devShells", "checks");

  /** What is more likely the name of a machine on the internet. */
  private static final Pattern DOMAIN =
      Pattern.compile(
          "[A-Za-z]+(?:\\.[a-z0-9-]+)?\\.(?:com|org|net|io|dev|de|eu|uk|edu|gov|info|app|cloud|local|lan"
              + "|lol)");

  private static final Pattern PLACEHOLDER = Pattern.compile("[$`<>{}]");

  private Evidence() {}

  /** Whether a part of a string surely names something of the flake. */
  static boolean isMeant(StringAtCursor string, Part part) {
    var text = string.content().text();
    if (part.form() == Form.SELECTOR) {
      return part.start() > 0
          || part.end() < text.length()
          || StringPlaces.applied(string)
          || isSelector(text);
    }
    if (part.form().isOfCommand()) {
      return true;
    }
    int hash = part.start() - 1;
    int line = text.lastIndexOf('\n', hash) + 1;
    boolean alone = part.end() == text.length() && text.substring(0, hash).strip().indexOf(' ') < 0;
    var before = text.substring(line, hash);
    return !isBare(text, hash)
        && !COMMENT.matcher(before).find()
        && (alone || COMMAND.matcher(before).find());
  }

  /** Whether nothing is before the {@code #}, which begins a comment in shells, and colors. */
  private static boolean isBare(String text, int hash) {
    return hash <= 0
        || Character.isWhitespace(text.charAt(hash - 1))
        || "'\"".indexOf(text.charAt(hash - 1)) >= 0;
  }

  private static boolean isSelector(String text) {
    if (FILE.matcher(text).matches() || DOMAIN.matcher(text).matches()) {
      return false;
    }
    int dot = text.indexOf('.');
    var output = text.substring(0, dot);
    boolean twoWords = TWO_WORDS.matcher(text).matches();
    return CONFIGURATIONS.contains(output)
        || (BY_SYSTEM.contains(output)
            // Systems have one.
            ? text.indexOf('-', dot) > 0 || "*{?\"".indexOf(text.charAt(dot + 1)) >= 0
            : !twoWords);
  }

  /** Whether a name is one that a shell makes something of, or that stands for another. */
  static boolean isPlaceholder(String name) {
    return PLACEHOLDER.matcher(name).find();
  }
}
