package dev.arda.nix.types;

import dev.arda.nix.types.NixException.Details;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * How long one stage of some work may take.
 *
 * @param time zero: as long as it wants
 * @param reason why the work fails when it has passed
 * @param option of the command that gives it more time, for a person; empty: there is none
 */
public record TimeLimit(Duration time, Reason reason, String option) {

  /** Checks the time. */
  public TimeLimit {
    if (time.isNegative()) {
      throw new IllegalArgumentException("negative: " + time);
    }
  }

  /** Whether it never passes. */
  public boolean isNone() {
    return time.isZero();
  }

  /**
   * Does work whose programs are ended when it has passed.
   *
   * @param what is done, for a person, for example {@code The copy to web01}
   * @param state what is the case when it was ended, in sentences; empty: nothing to say
   * @throws SystemException of the reason of this limit instead of {@code COMMAND_TIMEOUT}
   */
  public <T> T during(String what, String state, Supplier<T> work) {
    try {
      return work.get();
    } catch (NixException e) {
      if (e.reason() != Reason.COMMAND_TIMEOUT) {
        throw e;
      }
      throw failure(what + " took too long: " + e.getMessage(), state, Details.NONE.with(e));
    }
  }

  /**
   * The failure of work that was ended when it had passed.
   *
   * @param what was done, as for {@link #during}
   * @param state as for {@link #during}
   */
  public SystemException passed(String what, String state) {
    return failure(
        "%s took more than %s and was ended.".formatted(what, shown(time)), state, Details.NONE);
  }

  private SystemException failure(String what, String state, Details details) {
    var text = new StringBuilder(what);
    if (!state.isEmpty()) {
      text.append(' ').append(state);
    }
    if (!isNone() && !option.isEmpty()) {
      text.append(' ').append(option).append(" SECONDS gives it more time.");
    }
    return new SystemException(
        reason, text.toString(), isNone() ? details : details.with("limit", shown(time)));
  }

  /** A time for a person: {@code 90 s}, {@code 5 min}. */
  public static String shown(Duration time) {
    if (time.toMillis() % 1000 != 0) {
      return time.toMillis() + " ms";
    }
    if (time.toSeconds() % 60 != 0) {
      return time.toSeconds() + " s";
    }
    return time.toMinutes() % 60 != 0 ? time.toMinutes() + " min" : time.toHours() + " h";
  }
}
