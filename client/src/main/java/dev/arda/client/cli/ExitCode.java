package dev.arda.client.cli;

/** What the exit code of {@code arda} means. */
final class ExitCode {

  /** Everything that was asked was answered. */
  static final int OK = 0;

  /**
   * Something failed; also {@code arda daemon status} where none runs, and {@code arda doctor} with
   * a fault.
   */
  static final int FAILED = 1;

  /** The command line is wrong. */
  static final int USAGE = 2;

  /** There is no daemon and none could be started; EX_UNAVAILABLE of sysexits.h. */
  static final int NO_DAEMON = 69;

  /** ^C. */
  static final int INTERRUPTED = 130;

  /** Nobody reads standard output any more; what a shell says of a program that SIGPIPE ended. */
  static final int OUTPUT_CLOSED = 141;

  private ExitCode() {}
}
