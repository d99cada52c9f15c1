package dev.arda.nix.store;

import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StoreException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A store as Nix is told of one: {@code file:///srv/cache}, {@code ssh-ng://host}, {@code
 * https://cache.example.org}, a directory, {@code daemon}. What lies behind the scheme is Nix's to
 * understand.
 *
 * @param text the URL; may hold a password
 */
public record StoreUrl(String text) {

  private static final Pattern FORM =
      Pattern.compile("[a-z][a-z0-9+.-]*://.*|auto|daemon|local|dummy|\\.{0,2}/.*");

  private static final Pattern PASSWORD = Pattern.compile("(?<=://)([^/@]*?):([^/@]*)@");

  /**
   * Checks the form.
   *
   * @throws StoreException {@code STORE_URL_INVALID}, naming the text
   */
  public StoreUrl {
    if (text.isBlank()) {
      throw invalid("", "An empty text names no store.");
    }
    var shown = StorePaths.shown(hidden(text));
    if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw invalid(shown, shown + " names no store: it contains control characters.");
    }
    if (!FORM.matcher(text).matches()) {
      throw invalid(
          shown,
          shown
              + " names no store. A store is a URL such as ssh-ng://host, https://cache.example.org"
              + " or file:///srv/cache, or a directory that begins with / or ./");
    }
  }

  private static StoreException invalid(String text, String message) {
    return new StoreException(Reason.STORE_URL_INVALID, message, Details.NONE.with("store", text));
  }

  private static String hidden(String text) {
    return PASSWORD.matcher(text).replaceAll("$1:…@");
  }

  /** The URL without a password. */
  @Override
  public String toString() {
    return hidden(text);
  }

  /** Whether it is a store that is reached over ssh. */
  boolean isSsh() {
    return text.startsWith("ssh://") || text.startsWith("ssh-ng://");
  }

  /** What must not be seen of it. */
  List<String> secrets() {
    var password = PASSWORD.matcher(text);
    return password.find() && !password.group(2).isEmpty() ? List.of(password.group(2)) : List.of();
  }
}
