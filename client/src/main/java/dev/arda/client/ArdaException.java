package dev.arda.client;

/**
 * A question failed. Says why in the daemon's words; {@link #failure} has the reason and the
 * details.
 */
public class ArdaException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient Failure failure;

  /** A failure that the daemon, or the way to it, reported. */
  public ArdaException(Failure failure) {
    super(failure.message());
    this.failure = failure;
  }

  /** What the daemon said. */
  public Failure failure() {
    return failure;
  }

  /** The reason, one word in capitals. */
  public String reason() {
    return failure.reason();
  }
}
