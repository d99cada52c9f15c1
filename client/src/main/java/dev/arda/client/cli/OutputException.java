package dev.arda.client.cli;

import java.io.IOException;

/** Standard output cannot be written. */
final class OutputException extends RuntimeException {

  private static final long serialVersionUID = 1;

  OutputException(IOException cause) {
    super(cause);
  }

  /** Whether the reader went away, which is its right ({@code | head}). */
  boolean isClosed() {
    var cause = getCause();
    return cause != null && String.valueOf(cause.getMessage()).contains("Broken pipe");
  }

  /** What the system said. */
  String explanation() {
    var cause = getCause();
    return cause == null ? "unknown" : String.valueOf(cause.getMessage());
  }
}
