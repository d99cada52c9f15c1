package dev.arda.nix.types;

/** A program printed more than anybody can keep, and was ended. */
@SuppressWarnings("serial") // never serialised
public final class OutputTooLongException extends CommandException {

  /** It printed more than a limit. */
  public OutputTooLongException(String message, Details details) {
    super(Reason.COMMAND_FAILED, message, details);
  }
}
