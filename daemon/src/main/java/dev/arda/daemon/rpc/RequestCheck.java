package dev.arda.daemon.rpc;

import com.google.rpc.BadRequest.FieldViolation;
import java.util.ArrayList;
import java.util.List;

/** Collects everything that is wrong with a request, so that the caller learns it all at once. */
final class RequestCheck {

  private final List<FieldViolation> violations = new ArrayList<>();

  /** Notes a fault of a field, unless it is in order. */
  RequestCheck require(boolean inOrder, String field, String description) {
    if (!inOrder) {
      violations.add(
          FieldViolation.newBuilder().setField(field).setDescription(description).build());
    }
    return this;
  }

  /** A text that may be passed to a program: without NUL. */
  RequestCheck text(String value, String field) {
    return require(value.indexOf('\0') < 0, field, "contains a NUL character");
  }

  /**
   * Ends the check.
   *
   * @throws InvalidRequestException if anything was noted
   */
  void done() {
    if (!violations.isEmpty()) {
      throw new InvalidRequestException(violations);
    }
  }

  /** A request that is malformed. */
  @SuppressWarnings("serial") // never serialised
  static final class InvalidRequestException extends RuntimeException {
    private final List<FieldViolation> violations;

    InvalidRequestException(List<FieldViolation> violations) {
      this.violations = List.copyOf(violations);
    }

    List<FieldViolation> violations() {
      return violations;
    }

    /** Names the first fault; the others are in the details. */
    @Override
    public String getMessage() {
      var first = violations.getFirst();
      var more = violations.size() - 1;
      return "The request is malformed: %s %s%s."
          .formatted(
              first.getField(),
              first.getDescription(),
              more == 0 ? "" : " (and %d more)".formatted(more));
    }
  }
}
