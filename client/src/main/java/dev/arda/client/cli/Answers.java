package dev.arda.client.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import dev.arda.client.ArdaClient;
import dev.arda.client.cli.view.Experience;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationEvent;
import io.grpc.MethodDescriptor;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Asks the daemon, and prints what is the same for many commands. */
final class Answers {

  private static final JsonFormat.Printer JSON =
      JsonFormat.printer().omittingInsignificantWhitespace();

  private final Session session;

  Answers(Session session) {
    this.session = session;
  }

  /** Asks, and hands over each answer. */
  <Q, T> int each(MethodDescriptor<Q, T> method, Q request, Consumer<T> print)
      throws InterruptedException {
    return session.ask(client -> {
      session.console().spinner().show("asking Nix");
      try (var stream = session.cancellable(client.ask(method, request))) {
        for (var answer = stream.next(); answer.isPresent(); answer = stream.next()) {
          print.accept(answer.get());
        }
      }
      session.console().out().flush();
      return ExitCode.OK;
    });
  }

  /**
   * Asks, and prints each answer: as JSON where that is wanted, and else as text.
   *
   * @param parts what of an answer is JSON, a message on each line
   * @param print prints an answer as text
   */
  <Q, T> int print(
      MethodDescriptor<Q, T> method,
      Q request,
      Function<T, List<? extends MessageOrBuilder>> parts,
      Consumer<T> print)
      throws InterruptedException {
    return each(
        method,
        request,
        answer -> {
          if (session.options().json()) {
            parts.apply(answer).forEach(this::json);
          } else {
            print.accept(answer);
          }
        });
  }

  /** Prints a message as JSON on one line. */
  void json(MessageOrBuilder message) {
    try {
      session.console().out().line(JSON.print(message));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("an answer cannot be written as JSON", e);
    }
  }

  /**
   * Starts an operation, shows it to its end, and prints what came of it.
   *
   * @param requestId the same as in the request
   * @param print prints the outcome, unless the events are printed as JSON; tells whether it said
   *     what failed
   */
  <Q, T> int operation(
      OperationViews.Wish wish,
      MethodDescriptor<Q, T> method,
      Q request,
      String requestId,
      Function<T, OperationEvent> event,
      Function<Operation, Boolean> print)
      throws InterruptedException {
    return session.ask(client -> follow(client, wish, method, request, requestId, event, print));
  }

  private <Q, T> int follow(
      ArdaClient client,
      OperationViews.Wish wish,
      MethodDescriptor<Q, T> method,
      Q request,
      String requestId,
      Function<T, OperationEvent> event,
      Function<Operation, Boolean> print)
      throws InterruptedException {
    var watch = new OperationWatch(session, client, requestId);
    Operation end;
    try (var view = OperationViews.open(session, wish, Experience.NONE);
        var stream = client.start(method, request, event)) {
      session.interruption().onTrigger(stream::cancel);
      end = watch.follow(stream, view);
    }
    var told = !session.options().json() && print.apply(end);
    session.console().out().flush();
    return watch.exitCode(end, told);
  }

  /** Says something beside the results, unless they are JSON. */
  void note(String text) {
    if (!session.options().json()) {
      session.console().message(session.console().style().faint(text));
    }
  }
}
