package dev.arda.nix.remote;

import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * How long a copy to or from another machine may take as a whole. Any that is silent for ten
 * minutes ends before.
 *
 * @param time zero: as long as it wants
 * @param advice how to give it more time, for a person; empty: there is no way
 */
public record CopyLimit(Duration time, String advice) {

  /** What is enough for most, where nobody said anything. */
  public static final CopyLimit USUAL = new CopyLimit(Duration.ofHours(4), "");

  /**
   * Copies.
   *
   * @param what copies and where, for a person, for example {@code The copy to web01}
   * @param state what is the case when it was ended, in a sentence
   * @param copy does it
   * @throws SystemException {@code HOST_COPY_TIMEOUT} instead of {@code COMMAND_TIMEOUT}
   */
  public <T> T during(String what, String state, Supplier<T> copy) {
    try {
      return copy.get();
    } catch (NixException e) {
      if (e.reason() != Reason.COMMAND_TIMEOUT) {
        throw e;
      }
      throw new SystemException(
          Reason.HOST_COPY_TIMEOUT,
          "%s took too long: %s %s What was copied stays there, so that the next attempt goes on from it%s."
              .formatted(
                  what,
                  e.getMessage(),
                  state,
                  time.isZero() || advice.isEmpty() ? "" : "; " + advice),
          Details.NONE.with(e));
    }
  }
}
