package dev.arda.nix.types;

/** A failure while a user's environment is being managed. */
@SuppressWarnings("serial") // never serialised
public final class UserException extends NixException {

  /** A failure with nothing to add to its message. */
  public UserException(Reason reason, String message) {
    this(reason, message, Details.NONE);
  }

  /** A failure with details. */
  public UserException(Reason reason, String message, Details details) {
    super(reason, message, details);
  }
}
