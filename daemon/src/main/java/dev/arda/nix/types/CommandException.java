package dev.arda.nix.types;

/** A program could not be started, failed, ran too long or was stopped. */
@SuppressWarnings("serial") // never serialised
public sealed class CommandException extends NixException permits OutputTooLongException {

  /** A failure with nothing to add to its message. */
  public CommandException(Reason reason, String message) {
    this(reason, message, Details.NONE);
  }

  /** A failure with details. */
  public CommandException(Reason reason, String message, Details details) {
    super(reason, message, details);
  }
}
