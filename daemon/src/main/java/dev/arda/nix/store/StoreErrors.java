package dev.arda.nix.store;

import dev.arda.nix.types.NixErrorDetail;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StoreException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tells failures of Nix apart by what it said. The wordings are those of Nix 2.8, 2.26 and 2.34;
 * what none of the rules knows keeps Nix's own words.
 */
final class StoreErrors {

  private static final Pattern MISSING =
      Pattern.compile(
          "path '([^']+)' (is not valid|is required, but there is no substituter|does not exist in the store)");

  private static final Pattern UNKNOWN_STORE =
      Pattern.compile(
          "don't know how to open Nix store|is not a valid (URL|Nix store)|invalid SSH host name");

  private static final Pattern UNSIGNED =
      Pattern.compile("lacks a (valid signature|signature by a trusted key)");

  /** What ssh says before Nix says that the connection broke. */
  private static final Pattern SSH =
      Pattern.compile(
          "(?m)^(ssh: .*|.*Permission denied.*|Host key verification failed\\.|.*command not found.*)$");

  private StoreErrors() {}

  /**
   * Why something could not be done.
   *
   * @param what what could not be done, for example {@code copy to ssh-ng://host}
   */
  static StoreException of(String what, NixErrorDetail detail) {
    return of(what, Optional.empty(), detail);
  }

  /**
   * The same.
   *
   * @param store the store that is not the caller's own, if there is one
   */
  static StoreException of(String what, Optional<StoreUrl> store, NixErrorDetail detail) {
    var details = Details.NONE.with(detail);
    if (store.isPresent()) {
      details = details.with("store", store.get().toString());
    }
    var said = detail.message();
    var missing = MISSING.matcher(said);
    if (missing.find()) {
      return missing(missing.group(1), store, details);
    }
    if (UNKNOWN_STORE.matcher(said).find()) {
      return new StoreException(
          Reason.STORE_URL_INVALID, "Cannot %s: %s".formatted(what, said), details);
    }
    var hint =
        UNSIGNED.matcher(said).find()
            ? ". Sign it with a key that the receiving store trusts (arda store sign), or copy with"
                + " --no-check-sigs if you may"
            : SSH.matcher(detail.logTail())
                .results()
                .reduce((_, last) -> last)
                .map(match -> " (" + match.group(1).strip() + ")")
                .orElse("");
    return new StoreException(
        Reason.STORE_FAILED, "Cannot %s: %s%s".formatted(what, said, hint), details);
  }

  /** A store has not what was asked for. */
  static StoreException missing(String path, Optional<StoreUrl> store, Details details) {
    return new StoreException(
        Reason.STORE_PATH_MISSING,
        store
            .map(other -> "%s has no %s.".formatted(other, path))
            .orElseGet(() ->
                "The store has no %s: it was never built here, or collected as garbage."
                    .formatted(path)),
        details.with("path", path));
  }
}
