package dev.arda.daemon.operation;

/** The operation belongs to another daemon of the same user, which alone can end it. */
@SuppressWarnings("serial") // never serialised
public final class ForeignOperationException extends RuntimeException {

  private final String operation;

  ForeignOperationException(String operation) {
    super("%s belongs to another daemon".formatted(operation));
    this.operation = operation;
  }

  /** Its name. */
  public String operation() {
    return operation;
  }
}
