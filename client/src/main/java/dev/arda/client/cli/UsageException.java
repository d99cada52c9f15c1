package dev.arda.client.cli;

/** The command line is wrong. */
final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * A fault with its explanation.
   *
   * @param message what is wrong and what to write instead
   */
  UsageException(String message) {
    super(message);
  }
}
