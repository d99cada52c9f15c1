package dev.arda.client;

import io.grpc.Status;

/** There is no daemon to talk to, and none could be started. */
public final class DaemonException extends ArdaException {

  /** The reason of such failures. */
  public static final String REASON = "DAEMON_UNAVAILABLE";

  private static final long serialVersionUID = 1;

  /**
   * A failure with its explanation.
   *
   * @param message what was tried, why it failed, and what to do
   */
  public DaemonException(String message) {
    super(Failure.local(Status.Code.UNAVAILABLE, REASON, message));
  }
}
