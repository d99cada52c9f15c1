package dev.arda.daemon;

/** What the exit status of the daemon means. */
public enum ExitCode {
  /** It ended in order. */
  OK(0),
  /** It could not start, or could not end in order. */
  FAILED(1),
  /** Its arguments are wrong. */
  USAGE(2),
  /** Another daemon is running in this runtime directory (EX_TEMPFAIL of sysexits). */
  ALREADY_RUNNING(75);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** The exit status. */
  public int number() {
    return number;
  }
}
