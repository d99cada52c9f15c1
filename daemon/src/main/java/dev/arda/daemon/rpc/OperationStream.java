package dev.arda.daemon.rpc;

import dev.arda.daemon.operation.OperationEvents;
import dev.arda.daemon.operation.OperationSpec;
import dev.arda.daemon.operation.OperationWork;
import dev.arda.daemon.operation.Operations;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.Reason;
import dev.arda.v1.OperationEvent;
import java.util.function.Function;

/** The stream of a call that starts an operation: its events, up to the terminal one. */
final class OperationStream {

  private final Operations operations;

  OperationStream(Operations operations) {
    this.operations = operations;
  }

  /**
   * Starts an operation, or joins one, and tells the client its events. When the stream is closed
   * before the end, the client is one less that wants the operation.
   *
   * @param response makes a response of an event
   */
  <T> void start(
      OperationSpec spec,
      OperationWork work,
      ResponseStream<T> stream,
      Function<OperationEvent, T> response) {
    try (var started = operations.start(spec, work);
        var events = started.events(0)) {
      tell(events, stream, response);
    }
  }

  /** Tells a client all events up to the terminal one. */
  static <T> void tell(
      OperationEvents events, ResponseStream<T> stream, Function<OperationEvent, T> response) {
    try {
      for (var event = events.next(); event.isPresent(); event = events.next()) {
        stream.write(response.apply(event.get()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw gone();
    }
  }

  static CommandException gone() {
    return new CommandException(Reason.CANCELLED, "The caller went away or asked to stop.");
  }
}
