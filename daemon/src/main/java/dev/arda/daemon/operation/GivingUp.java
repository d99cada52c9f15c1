package dev.arda.daemon.operation;

import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.v1.OperationState;
import java.time.Duration;

/** Whether an operation was given up before its end, by whom, and how quickly. Not thread-safe. */
final class GivingUp {

  private enum By {
    NOBODY,
    CLIENT,
    DAEMON
  }

  private By by = By.NOBODY;
  private Duration grace = OperationReport.DEFAULT_GRACE;

  /**
   * It is given up. Again, that can only shorten the grace.
   *
   * @param grace how long its processes may take
   * @param byDaemon whether it is the daemon that ends
   * @return whether it was not given up before
   */
  boolean begin(Duration grace, boolean byDaemon) {
    var first = !isDone();
    if (first || grace.compareTo(this.grace) < 0) {
      this.grace = grace;
    }
    if (first) {
      by = byDaemon ? By.DAEMON : By.CLIENT;
    }
    return first;
  }

  /** Whether it was given up. */
  boolean isDone() {
    return by != By.NOBODY;
  }

  /** How long its processes may take to end. */
  Duration grace() {
    return grace;
  }

  /** The state in which it ends, if what it does is not done. */
  OperationState state() {
    return by == By.DAEMON
        ? OperationState.OPERATION_STATE_INTERRUPTED
        : OperationState.OPERATION_STATE_CANCELLED;
  }

  /** Why it is not done. */
  NixException reason() {
    return by == By.DAEMON
        ? interrupted()
        : new CommandException(Reason.CANCELLED, "The operation was cancelled.");
  }

  /** Why an operation is not done whose daemon does not wait for it. */
  static NixException interrupted() {
    return new CommandException(Reason.INTERRUPTED, "The daemon ended before the operation had.");
  }
}
