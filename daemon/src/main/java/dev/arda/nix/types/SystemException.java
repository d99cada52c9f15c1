package dev.arda.nix.types;

/** A failure while a host is being managed. */
@SuppressWarnings("serial") // never serialised
public final class SystemException extends NixException {

  /** A failure with nothing to add to its message. */
  public SystemException(Reason reason, String message) {
    this(reason, message, Details.NONE);
  }

  /** A failure with details. */
  public SystemException(Reason reason, String message, Details details) {
    super(reason, message, details);
  }
}
