package dev.arda.nix.system.deploy;

import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.time.Duration;

/** Tells that a copy was ended because it took too long. */
final class CopyLimits {

  private CopyLimits() {}

  /**
   * The failure of a copy that was ended.
   *
   * @param label the host and its target
   * @param limit how long it might take as a whole; zero: as long as it wanted
   * @param ended how it was ended: over time, or because nothing came any more
   */
  static NixException explained(String label, Duration limit, NixException ended) {
    return new SystemException(
        Reason.HOST_COPY_TIMEOUT,
        "The copy to %s took too long: %s Nothing was activated: it runs and boots what it did. What was copied stays there, so that the next attempt goes on from it%s."
            .formatted(
                label,
                ended.getMessage(),
                limit.isZero() ? "" : "; --copy-timeout SECONDS gives it more time"),
        Details.NONE.with(ended));
  }
}
