package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.client.ArdaException;
import dev.arda.client.cli.view.BuildTimes;
import dev.arda.client.cli.view.OperationPrinter;
import dev.arda.v1.AnswerPromptRequest;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationEvent;
import io.grpc.MethodDescriptor;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * An operation that may ask its user for passwords while it is shown.
 *
 * @param <Q> what starts it
 * @param <T> what tells its events
 */
final class AttendedOperation<Q, T> {

  private final Session session;
  private final ArdaClient client;
  private final MethodDescriptor<Q, T> method;
  private final Function<T, OperationEvent> event;
  private final Manner manner;

  /**
   * How the user wishes to be troubled.
   *
   * @param detach print the name of the operation and leave it to the daemon
   * @param ask ask for passwords
   * @param samePassword one is the answer to all
   */
  record Manner(boolean detach, boolean ask, boolean samePassword) {

    /** Whether the user can be asked, which the request has to say. */
    boolean canAsk(Session session) {
      return ask && !detach && TerminalPassword.isPossible(session.environment());
    }
  }

  AttendedOperation(
      Session session,
      ArdaClient client,
      MethodDescriptor<Q, T> method,
      Function<T, OperationEvent> event,
      Manner manner) {
    this.session = session;
    this.client = client;
    this.method = method;
    this.event = event;
    this.manner = manner;
  }

  /**
   * Starts it and shows it to its end.
   *
   * @param watch with the id of the request
   * @param requestId that id
   */
  Operation follow(OperationWatch watch, Q request, String requestId, OperationViews.Wish wish)
      throws InterruptedException {
    var times =
        new BuildTimes(session.connector().location().stateDirectory().resolve("build-times"));
    Operation end;
    try (var view = OperationViews.open(session, wish, times);
        var terminal = new TerminalPassword(session.environment());
        var prompts = prompts(view, terminal, watch, requestId);
        var stream = session.cancellable(client.start(method, request, event))) {
      end = watch.follow(stream, view, prompts::saw);
    }
    times.learn(watch.model());
    return end;
  }

  private OperationPrompts prompts(
      OperationPrinter view, TerminalPassword terminal, OperationWatch watch, String requestId) {
    return new OperationPrompts(
            question -> {
              var answer = new AtomicReference<Optional<String>>(Optional.empty());
              view.aside(() -> answer.set(terminal.ask(question)));
              return answer.get();
            },
            (prompt, answer) ->
                answer(watch.model().operation().getName(), requestId, prompt, answer),
            manner.samePassword())
        .start();
  }

  private void answer(String operation, String requestId, String prompt, Optional<String> answer)
      throws InterruptedException {
    var proto =
        AnswerPromptRequest.newBuilder()
            .setName(operation)
            .setRequestId(requestId)
            .setPromptId(prompt);
    answer.ifPresentOrElse(proto::setSecret, () -> proto.setDeclined(true));
    try {
      client.answerPrompt(proto.build(), OpsName.deadline());
    } catch (ArdaException e) {
      // It is not asked any more; the events say what became of it.
    }
  }

  /** Starts it, prints its name, and leaves it alone. */
  int detach(Q request) throws InterruptedException {
    try (var stream = session.cancellable(client.start(method, request, event))) {
      for (var next = stream.next(); next.isPresent(); next = stream.next()) {
        if (next.get().hasAccepted()) {
          session.console().out().line(next.get().getAccepted().getOperation().getName());
          return ExitCode.OK;
        }
      }
    }
    throw new ValueException("the daemon did not name the operation; see: arda ops list");
  }
}
