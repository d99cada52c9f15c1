package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.client.ArdaException;
import dev.arda.client.Deadline;
import dev.arda.client.Failure;
import dev.arda.client.OperationStream;
import dev.arda.client.cli.view.OperationListener;
import dev.arda.client.cli.view.OperationModel;
import dev.arda.client.cli.view.OperationPrinter;
import dev.arda.v1.CancelOperationRequest;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationState;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Follows one operation to its end, while the user may ask for it to be cancelled: the first ^C
 * tells the daemon so and shows what becomes of it, the second one leaves.
 */
final class OperationWatch {

  private static final Duration CANCEL = Duration.ofSeconds(10);

  private static final OperationListener NOBODY = new OperationListener() {};

  private final Session session;
  private final ArdaClient client;
  private final String requestId;
  private final OperationModel model = new OperationModel();
  private OperationListener listener = NOBODY;
  private volatile String name = "";
  private volatile boolean cancelled;

  /** Nobody follows any more: what becomes of a cancellation shows in how the operation ended. */
  private volatile boolean ended;

  /**
   * A watch.
   *
   * @param requestId of this client's own wish, to be withdrawn; empty: the operation is cancelled
   *     for all
   */
  OperationWatch(Session session, ArdaClient client, String requestId) {
    this.session = session;
    this.client = client;
    this.requestId = requestId;
  }

  /** What is known of the operation. */
  OperationModel model() {
    return model;
  }

  /** Has somebody hear all that happens; before it is followed. */
  void tell(OperationListener listener) {
    this.listener = listener;
  }

  /**
   * Shows an operation to its end.
   *
   * @return the operation as it ended
   * @throws ArdaException if it cannot be followed any more
   */
  Operation follow(OperationStream stream, OperationPrinter printer) throws InterruptedException {
    return follow(stream, printer, _ -> {});
  }

  /**
   * The same.
   *
   * @param also sees each event, too
   */
  Operation follow(OperationStream stream, OperationPrinter printer, Consumer<OperationEvent> also)
      throws InterruptedException {
    var first = session.interruption().onFirst(() -> cancel(printer));
    try {
      for (var event = stream.next(); event.isPresent(); event = stream.next()) {
        take(event.get(), printer);
        also.accept(event.get());
        if (event.get().hasFinished()) {
          return model.operation();
        }
      }
    } finally {
      ended = true;
      first.close();
    }
    throw new ArdaException(
        Failure.local(
            io.grpc.Status.Code.INTERNAL,
            Failure.UNKNOWN,
            "the daemon stopped telling of %s before its end".formatted(title())));
  }

  private void take(OperationEvent event, OperationPrinter printer) {
    model.apply(event, listener);
    if (event.hasAccepted()) {
      name = event.getAccepted().getOperation().getName();
    }
    printer.show(event);
  }

  private String title() {
    return name.isEmpty() ? "the operation" : name;
  }

  /** On the thread that tells of ^C. */
  private void cancel(OperationPrinter printer) {
    cancelled = true;
    if (name.isEmpty()) {
      // Nothing has begun; what was asked for is withdrawn with the call.
      session.interruption().trigger();
      return;
    }
    printer.say("cancelling (press ^C again to leave at once)");
    try {
      var answer =
          client.cancelOperation(
              CancelOperationRequest.newBuilder().setName(name).setRequestId(requestId).build(),
              Deadline.after(CANCEL));
      if (!ended && isGoingOn(answer.getOperation().getState())) {
        printer.say("others wait for the same: it goes on without this command");
        session.interruption().trigger();
      }
    } catch (ArdaException e) {
      if (!ended) {
        printer.say("cannot be cancelled: " + e.getMessage());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isGoingOn(OperationState state) {
    return switch (state) {
      case OPERATION_STATE_QUEUED, OPERATION_STATE_RUNNING -> true;
      case OPERATION_STATE_UNSPECIFIED,
          OPERATION_STATE_CANCELLING,
          OPERATION_STATE_SUCCEEDED,
          OPERATION_STATE_FAILED,
          OPERATION_STATE_CANCELLED,
          OPERATION_STATE_INTERRUPTED,
          OPERATION_STATE_SKIPPED,
          UNRECOGNIZED ->
          false;
    };
  }

  /**
   * The exit code for how it ended. Says why, where nobody has.
   *
   * @param told whether the user knows already what failed
   */
  int exitCode(Operation end, boolean told) {
    return switch (end.getState()) {
      case OPERATION_STATE_SUCCEEDED -> ExitCode.OK;
      case OPERATION_STATE_CANCELLED -> {
        if (cancelled) {
          session.console().message("cancelled");
          yield ExitCode.INTERRUPTED;
        }
        session.errors().print("%s was cancelled by somebody else".formatted(title()));
        yield ExitCode.FAILED;
      }
      case OPERATION_STATE_SKIPPED -> {
        session
            .errors()
            .print(
                "%s was not begun: %s"
                    .formatted(title(), Failure.of(end.getResult().getError()).message()));
        yield ExitCode.FAILED;
      }
      case OPERATION_STATE_INTERRUPTED -> {
        var left = LeftActivations.in(model);
        session
            .errors()
            .print(
                """
                the daemon ended while it worked on %s
                %swhat it printed until then: arda ops logs %s
                what happened to the daemon: arda daemon logs\
                """
                    .formatted(title(), LeftActivations.told(left, end), shortName()));
        yield left.isEmpty() ? ExitCode.NO_DAEMON : ExitCode.LOOK_AT_IT;
      }
      case OPERATION_STATE_FAILED,
          OPERATION_STATE_UNSPECIFIED,
          OPERATION_STATE_QUEUED,
          OPERATION_STATE_RUNNING,
          OPERATION_STATE_CANCELLING,
          UNRECOGNIZED -> {
        if (!told) {
          new FailedBuilds(session, end).print(Failure.of(end.getResult().getError()));
        }
        yield ExitCode.FAILED;
      }
    };
  }

  private String shortName() {
    return OpsName.shortName(name);
  }
}
