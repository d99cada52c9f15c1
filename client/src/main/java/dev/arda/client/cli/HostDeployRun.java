package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.client.ArdaException;
import dev.arda.client.Failure;
import dev.arda.client.cli.view.BuildTimes;
import dev.arda.client.cli.view.OperationPrinter;
import dev.arda.v1.AnswerPromptRequest;
import dev.arda.v1.DeployOutcome;
import dev.arda.v1.DeployRequest;
import dev.arda.v1.DeployResponse;
import dev.arda.v1.HostDeployOutcome;
import dev.arda.v1.HostServiceGrpc;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationState;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/** One run of a command that deploys. */
final class HostDeployRun {

  private final Session session;
  private final ArdaClient client;
  private final DeployRequest request;
  private final OperationViews.Wish wish;
  private final Manner manner;
  private DeployOutcome outcome = DeployOutcome.getDefaultInstance();

  /**
   * How the user wishes to be troubled.
   *
   * @param detach print the name of the operation and leave it to the daemon
   * @param ask ask for passwords
   * @param samePassword one is the answer to all
   */
  record Manner(boolean detach, boolean ask, boolean samePassword) {}

  HostDeployRun(
      Session session,
      ArdaClient client,
      DeployRequest request,
      OperationViews.Wish wish,
      Manner manner) {
    this.session = session;
    this.client = client;
    // Asked again after a lost connection, it is the same deployment.
    this.request =
        request.toBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setInteractive(
                manner.ask()
                    && !manner.detach()
                    && TerminalPassword.isPossible(session.environment()))
            .build();
    this.wish = wish;
    this.manner = manner;
  }

  int run() throws InterruptedException {
    if (manner.detach()) {
      return detach();
    }
    var watch = new OperationWatch(session, client, request.getRequestId());
    var times =
        new BuildTimes(session.connector().location().stateDirectory().resolve("build-times"));
    Operation end;
    try (var view = OperationViews.open(session, wish, times);
        var terminal = new TerminalPassword(session.environment());
        var prompts = prompts(view, terminal, watch);
        var stream =
            session.cancellable(
                client.start(
                    HostServiceGrpc.getDeployMethod(), request, DeployResponse::getEvent))) {
      end = watch.follow(stream, view, prompts::saw);
    }
    times.learn(watch.model());
    if (request.getValidateOnly() && !session.options().json()) {
      new PlanPrinter(session.console()).print(watch.model());
    }
    if (!end.getResult().hasDeploy()) {
      return watch.exitCode(end, false);
    }
    outcome = end.getResult().getDeploy();
    var report = new HostDeployReport(session, request);
    if (!session.options().json()) {
      report.print(end.getResult().getDeploy());
    }
    return end.getState() == OperationState.OPERATION_STATE_CANCELLED
        ? watch.exitCode(end, true)
        : HostDeployReport.exitCode(end.getResult().getDeploy());
  }

  /** The hosts that were refused because their machines run no NixOS. */
  List<String> notInstalled() {
    return outcome.getHostsList().stream()
        .filter(host ->
            host.hasError() && Failure.of(host.getError()).reason().equals("HOST_NOT_NIXOS"))
        .map(HostDeployOutcome::getHost)
        .toList();
  }

  /** The exit code without the hosts that were refused for that. */
  int codeOfOthers() {
    var others = outcome.toBuilder().clearHosts();
    outcome.getHostsList().stream()
        .filter(host -> !notInstalled().contains(host.getHost()))
        .forEach(others::addHosts);
    return HostDeployReport.exitCode(others.build());
  }

  private OperationPrompts prompts(
      OperationPrinter view, TerminalPassword terminal, OperationWatch watch) {
    return new OperationPrompts(
            question -> {
              var answer = new AtomicReference<Optional<String>>(Optional.empty());
              view.aside(() -> answer.set(terminal.ask(question)));
              return answer.get();
            },
            (prompt, answer) -> answer(watch.model().operation().getName(), prompt, answer),
            manner.samePassword())
        .start();
  }

  private void answer(String operation, String prompt, Optional<String> answer)
      throws InterruptedException {
    var proto =
        AnswerPromptRequest.newBuilder()
            .setName(operation)
            .setRequestId(request.getRequestId())
            .setPromptId(prompt);
    answer.ifPresentOrElse(proto::setSecret, () -> proto.setDeclined(true));
    try {
      client.answerPrompt(proto.build(), OpsName.deadline());
    } catch (ArdaException e) {
      // It is not asked any more; the events say what became of it.
    }
  }

  private int detach() throws InterruptedException {
    try (var stream =
        session.cancellable(
            client.start(HostServiceGrpc.getDeployMethod(), request, DeployResponse::getEvent))) {
      for (var event = stream.next(); event.isPresent(); event = stream.next()) {
        if (event.get().hasAccepted()) {
          session.console().out().line(event.get().getAccepted().getOperation().getName());
          return ExitCode.OK;
        }
      }
    }
    throw new ValueException("the daemon did not name the operation; see: arda ops list");
  }
}
