package dev.arda.client.cli;

import com.google.protobuf.UnknownFieldSet;
import dev.arda.client.ArdaClient;
import dev.arda.client.CallContexts;
import dev.arda.client.DaemonConnector;
import dev.arda.client.Deadline;
import dev.arda.client.Environment;
import dev.arda.client.EventStream;
import dev.arda.client.Failure;
import dev.arda.client.OperationStream;
import dev.arda.client.Setting;
import dev.arda.v1.CallContext;
import dev.arda.v1.Progress;
import java.time.Duration;
import java.util.List;

/**
 * What a running command works with.
 *
 * @param environment the process
 * @param console the standard streams
 * @param interruption the wish of the user to stop
 * @param options the options that count everywhere
 * @param arguments the whole command line as it was typed
 */
record Session(
    Environment environment,
    Console console,
    Interruption interruption,
    GlobalOptions options,
    List<String> arguments) {

  /** How to reach the daemon. */
  DaemonConnector connector() {
    return DaemonConnector.brief(environment)
        .telling(text -> console.message(console.style().faint(text)));
  }

  /** How long the daemon may take to answer, its start included. */
  Deadline startDeadline() {
    return Deadline.after(environment.duration(Setting.ARDA_START_TIMEOUT, Duration.ofSeconds(60)));
  }

  /** The context of every question of this command. */
  CallContext context() {
    return new CallContexts(environment).context(options.nix());
  }

  /** The same for commands that should be quick, as a field of a request. */
  UnknownFieldSet contextField(int number) {
    return new CallContexts(environment).contextField(number, options.nix());
  }

  /** Asks a question of a daemon, which is started if need be. */
  interface Question {
    int ask(ArdaClient client) throws InterruptedException;
  }

  /** Connects, asks, and lets the connection go in the way that suits a process about to end. */
  int ask(Question question) throws InterruptedException {
    console.spinner().show("connecting to the daemon");
    var client =
        options.privateDaemon()
            ? ArdaClient.startPrivate(environment, startDeadline())
            : ArdaClient.connect(connector(), startDeadline());
    interruption.onTrigger(client::closeForExit);
    try {
      if (options.nix().getDebug()) {
        client
            .startReason()
            .ifPresent(reason ->
                console.message(
                    console
                        .style()
                        .faint(
                            "started a daemon (process %d): %s"
                                .formatted(client.greeting().getPid(), reason.text()))));
      }
      return question.ask(client);
    } finally {
      console.spinner().stop();
      client.closeForExit();
    }
  }

  /** Has a stream cancelled when the user wishes to stop. */
  <T> EventStream<T> cancellable(EventStream<T> stream) {
    interruption.onTrigger(stream::cancel);
    return stream;
  }

  /** Has an operation left alone when the user wishes to stop. */
  OperationStream cancellable(OperationStream stream) {
    interruption.onTrigger(stream::cancel);
    return stream;
  }

  /** How failures are told. */
  ErrorPrinter errors() {
    return new ErrorPrinter(console, options.nix().getShowTrace(), options.nix().getDebug());
  }

  /**
   * Says why the command failed: to a person, and with {@code --json} as the last line to programs.
   *
   * @param code an {@link ExitCode}
   * @return the code
   */
  int fail(int code, String message) {
    errors().print(message);
    json(JsonError.unknown(message));
    return code;
  }

  /** The same of a failure that somebody else told. */
  int fail(int code, Failure failure) {
    errors().print(failure);
    json(JsonError.of(failure));
    return code;
  }

  /** Has programs, if it is one that reads, know why the command failed. */
  void json(String error) {
    if (options.json()) {
      console.spinner().stop();
      console.out().line(error);
    }
  }

  /** Shows what Nix is doing. */
  void show(Progress progress) {
    var text = progress.getText();
    if (text.isEmpty()) {
      text =
          switch (progress.getPhase()) {
            case PROGRESS_PHASE_WAITING -> "waiting for a free place";
            case PROGRESS_PHASE_FETCHING -> "fetching";
            case PROGRESS_PHASE_BUILDING -> "building";
            case PROGRESS_PHASE_EVALUATING, PROGRESS_PHASE_UNSPECIFIED, UNRECOGNIZED ->
                "evaluating";
          };
    }
    if (progress.getExpected() > 0) {
      text += " [%d/%d]".formatted(progress.getDone(), progress.getExpected());
    }
    console.spinner().show(text);
  }
}
