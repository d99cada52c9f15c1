package dev.arda.client.cli;

import dev.arda.client.cli.view.Quantities;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Operations as lines for a person: what, since when, how long, and how it stands. */
final class OpsTable {

  private static final String HEAD = "  %-11s  %-8s  %-7s  %s";
  private static final int NAME = 8;

  private final Instant now;
  private final int columns;

  /**
   * A table.
   *
   * @param columns the width that a line may have
   */
  OpsTable(Instant now, int columns) {
    this.now = now;
    this.columns = columns;
  }

  /** The lines, with a head. */
  String of(List<Operation> operations) {
    // Names of parts are longer, and hosts may be called anything.
    int width =
        operations.stream()
            .mapToInt(operation -> CharacterWidth.of(OpsName.shortName(operation)))
            .reduce(NAME, Math::max);
    var text = new StringBuilder("NAME").append(" ".repeat(width - 4));
    text.append(HEAD.formatted("STATE", "AGE", "TOOK", "WHAT")).append('\n');
    for (var operation : operations) {
      var name = OpsName.shortName(operation);
      var line =
          name
              + " ".repeat(width - CharacterWidth.of(name))
              + HEAD.formatted(
                  state(operation),
                  age(operation),
                  took(operation),
                  operation.getTitle().isEmpty() ? "-" : Style.safe(operation.getTitle()));
      text.append(fit(line.replace('\n', ' '))).append('\n');
    }
    return text.toString();
  }

  private String fit(String line) {
    int width = 0;
    for (int i = 0; i < line.length(); i = line.offsetByCodePoints(i, 1)) {
      width += CharacterWidth.of(line.codePointAt(i));
      if (width > columns - 1) {
        return line.substring(0, i) + "…";
      }
    }
    return line;
  }

  /** The state in a word or two. */
  static String state(Operation operation) {
    return switch (operation.getState()) {
      case OPERATION_STATE_QUEUED ->
          operation.getQueuePosition() == 0
              ? "queued"
              : "queued (%d)".formatted(operation.getQueuePosition());
      case OPERATION_STATE_RUNNING -> "running";
      case OPERATION_STATE_CANCELLING -> "cancelling";
      case OPERATION_STATE_SUCCEEDED -> "done";
      case OPERATION_STATE_FAILED -> "failed";
      case OPERATION_STATE_CANCELLED -> "cancelled";
      case OPERATION_STATE_INTERRUPTED -> "interrupted";
      case OPERATION_STATE_SKIPPED -> "not begun";
      case OPERATION_STATE_UNSPECIFIED, UNRECOGNIZED -> "?";
    };
  }

  /** Whether it has ended. */
  static boolean isFinal(OperationState state) {
    return switch (state) {
      case OPERATION_STATE_SUCCEEDED,
          OPERATION_STATE_FAILED,
          OPERATION_STATE_CANCELLED,
          OPERATION_STATE_INTERRUPTED,
          OPERATION_STATE_SKIPPED ->
          true;
      case OPERATION_STATE_QUEUED,
          OPERATION_STATE_RUNNING,
          OPERATION_STATE_CANCELLING,
          OPERATION_STATE_UNSPECIFIED,
          UNRECOGNIZED ->
          false;
    };
  }

  private String age(Operation operation) {
    var age = since(Quantities.instant(operation.getCreatedAt()), now);
    return age.toDays() >= 2 ? age.toDays() + "d" : Quantities.coarse(age);
  }

  /** How long it worked; a dash if it never did. */
  String took(Operation operation) {
    if (!operation.hasStartedAt()) {
      return "-";
    }
    var end = operation.hasFinishedAt() ? Quantities.instant(operation.getFinishedAt()) : now;
    return Quantities.precise(since(Quantities.instant(operation.getStartedAt()), end));
  }

  private static Duration since(Instant begin, Instant end) {
    var duration = Duration.between(begin, end);
    return duration.isNegative() ? Duration.ZERO : duration;
  }
}
