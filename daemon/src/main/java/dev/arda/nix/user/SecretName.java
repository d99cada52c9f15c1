package dev.arda.nix.user;

import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import java.util.regex.Pattern;

/**
 * The name of a secret, which is also the name of its files: letters, digits and {@code . _ -}, and
 * no {@code .} or {@code -} first.
 *
 * @param text as it is written
 */
public record SecretName(String text) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");

  /**
   * Checks it.
   *
   * @throws UserException {@code REQUEST_INVALID}
   */
  public SecretName {
    if (!isName(text)) {
      var shown = text.replaceAll("\\p{Cc}", "?");
      throw new UserException(
          Reason.REQUEST_INVALID,
          "'%s' cannot be the name of a secret: it may hold letters, digits and . _ - only, and begins with none of . -"
              .formatted(shown.length() <= 100 ? shown : shown.substring(0, 100) + "…"),
          Details.NONE.with("field", "name"));
    }
  }

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  @Override
  public String toString() {
    return text;
  }
}
