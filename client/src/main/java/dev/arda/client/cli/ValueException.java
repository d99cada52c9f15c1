package dev.arda.client.cli;

/** A value has no such form as was asked for. */
final class ValueException extends RuntimeException {

  private static final long serialVersionUID = 1;

  ValueException(String message) {
    super(message);
  }
}
