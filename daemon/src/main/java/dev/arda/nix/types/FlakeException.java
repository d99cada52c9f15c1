package dev.arda.nix.types;

import java.util.Optional;

/** A failure to find, read or evaluate a flake, or to select from it. */
@SuppressWarnings("serial") // never serialised
public final class FlakeException extends NixException {

  private final Optional<SelectorFault> selectorFault;

  /** A failure with nothing to add to its message. */
  public FlakeException(Reason reason, String message) {
    this(reason, message, Details.NONE);
  }

  /** A failure with details. */
  public FlakeException(Reason reason, String message, Details details) {
    super(reason, message, details);
    this.selectorFault = Optional.empty();
  }

  /** A failure that can be pointed at inside a selector. */
  public FlakeException(Reason reason, String message, Details details, SelectorFault fault) {
    super(reason, message, details);
    this.selectorFault = Optional.of(fault);
  }

  /** Where in the selector the fault is, if it lies there. */
  public Optional<SelectorFault> selectorFault() {
    return selectorFault;
  }
}
