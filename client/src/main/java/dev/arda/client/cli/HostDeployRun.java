package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.client.cli.view.BuildTimes;
import dev.arda.v1.DeployRequest;
import dev.arda.v1.DeployResponse;
import dev.arda.v1.HostServiceGrpc;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationState;
import java.util.UUID;

/** One run of a command that deploys. */
final class HostDeployRun {

  private final Session session;
  private final ArdaClient client;
  private final DeployRequest request;
  private final OperationViews.Wish wish;
  private final boolean detach;

  HostDeployRun(
      Session session,
      ArdaClient client,
      DeployRequest request,
      OperationViews.Wish wish,
      boolean detach) {
    this.session = session;
    this.client = client;
    // Asked again after a lost connection, it is the same deployment.
    this.request = request.toBuilder().setRequestId(UUID.randomUUID().toString()).build();
    this.wish = wish;
    this.detach = detach;
  }

  int run() throws InterruptedException {
    if (detach) {
      return detach();
    }
    var watch = new OperationWatch(session, client, request.getRequestId());
    var times =
        new BuildTimes(session.connector().location().stateDirectory().resolve("build-times"));
    Operation end;
    try (var view = OperationViews.open(session, wish, times);
        var stream =
            session.cancellable(
                client.start(
                    HostServiceGrpc.getDeployMethod(), request, DeployResponse::getEvent))) {
      end = watch.follow(stream, view);
    }
    times.learn(watch.model());
    if (request.getValidateOnly() && !session.options().json()) {
      new PlanPrinter(session.console()).print(watch.model());
    }
    if (!end.getResult().hasDeploy()) {
      return watch.exitCode(end, false);
    }
    var report = new HostDeployReport(session, request);
    if (!session.options().json()) {
      report.print(end.getResult().getDeploy());
    }
    return end.getState() == OperationState.OPERATION_STATE_CANCELLED
        ? watch.exitCode(end, true)
        : HostDeployReport.exitCode(end.getResult().getDeploy());
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
