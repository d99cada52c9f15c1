package dev.arda.daemon;

/** A daemon cannot start. The message says what is wrong, where, and what to do. */
@SuppressWarnings("serial") // never serialised
public final class DaemonStartException extends Exception {

  private final ExitCode exitCode;

  /** A failure. */
  public DaemonStartException(ExitCode exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** A failure with its cause. */
  public DaemonStartException(ExitCode exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** The exit status of the process. */
  public ExitCode exitCode() {
    return exitCode;
  }

  /** The message; never null. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
