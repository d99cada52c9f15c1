package dev.arda.nix.types;

/** A failure of the Nix store: a build, a copy, a garbage collector root. */
@SuppressWarnings("serial") // never serialised
public final class StoreException extends NixException {

  /** A failure with nothing to add to its message. */
  public StoreException(Reason reason, String message) {
    this(reason, message, Details.NONE);
  }

  /** A failure with details. */
  public StoreException(Reason reason, String message, Details details) {
    super(reason, message, details);
  }
}
