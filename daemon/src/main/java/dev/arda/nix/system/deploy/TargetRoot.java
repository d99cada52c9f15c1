package dev.arda.nix.system.deploy;

import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;

/**
 * The directory that stands for {@code /} on targets: below it are the system profile ({@code
 * nix/var/nix/profiles/system}) and {@code run/current-system}. It is {@code /} itself, unless the
 * caller's variable {@code ARDA_TARGET_ROOT} names another, for example that of a system in a
 * container or in a test; {@code %h} in it stands for the name of the host.
 */
public final class TargetRoot {

  /** The variable of the caller. */
  static final String VARIABLE = "ARDA_TARGET_ROOT";

  private TargetRoot() {}

  /**
   * The directory without its last slash; empty: {@code /}.
   *
   * @throws SystemException {@code REQUEST_INVALID} if it is not absolute
   */
  public static String of(CallContext context, String host) {
    var text = context.environment().getOrDefault(VARIABLE, "").replace("%h", host);
    var result = text.replaceFirst("/+$", "");
    if (!result.isEmpty() && !result.startsWith("/")) {
      throw new SystemException(
          Reason.REQUEST_INVALID,
          VARIABLE + " is not an absolute path.",
          Details.NONE.with("variable", VARIABLE));
    }
    return result;
  }
}
