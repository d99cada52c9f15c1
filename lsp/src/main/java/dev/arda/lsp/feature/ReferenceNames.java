package dev.arda.lsp.feature;

import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Names behind the {@code #} of a reference to a flake. Nix decodes percent signs there and takes
 * what follows a {@code ^} for outputs of a derivation; in a URL such as {@code path:.#} it takes
 * few characters as they are. A name that it would read as something else is not written.
 */
final class ReferenceNames {

  private static final Pattern ANYWHERE = Pattern.compile("[^%^]*");

  private static final Pattern IN_URL = Pattern.compile("[\\w.~!$&'()*+,;=:@/ -]*");

  private ReferenceNames() {}

  /**
   * Writes those names that can be.
   *
   * @param text what the string says that the reference is in
   * @param start index behind its {@code #}
   * @param written writes one that can be
   * @return writes nothing for one that cannot
   */
  static UnaryOperator<String> written(String text, int start, UnaryOperator<String> written) {
    var possible = isUrl(text, start) ? IN_URL : ANYWHERE;
    return name -> possible.matcher(name).matches() ? written.apply(name) : "";
  }

  private static boolean isUrl(String text, int start) {
    for (int i = start - 1; i >= 0; i--) {
      char c = text.charAt(i);
      if (c == ':') {
        return true;
      }
      if (Character.isWhitespace(c) || "'\"=".indexOf(c) >= 0) {
        return false;
      }
    }
    return false;
  }
}
