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

  /** It was done, and units of a host failed; what switch-to-configuration says. */
  static final int UNITS_FAILED = 4;

  /** A host is not fit, or busy; nothing was changed. */
  static final int REFUSED = 5;

  /** The new system of a host failed; the one before runs again. */
  static final int ROLLED_BACK = 6;

  /** What a host runs is not known, or not what it ran before. */
  static final int LOOK_AT_IT = 7;

  /** It was done, and takes full effect at the next boot; what switch-to-configuration says. */
  static final int REBOOT_NEEDED = 100;

  /** There is no daemon and none could be started; EX_UNAVAILABLE of sysexits.h. */
  static final int NO_DAEMON = 69;

  /** ^C. */
  static final int INTERRUPTED = 130;

  /** Nobody reads standard output any more; what a shell says of a program that SIGPIPE ended. */
  static final int OUTPUT_CLOSED = 141;

  private ExitCode() {}
}
