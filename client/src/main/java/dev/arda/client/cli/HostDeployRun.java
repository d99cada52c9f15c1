package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.v1.DeployMode;
import dev.arda.v1.DeployOutcome;
import dev.arda.v1.DeployRequest;
import dev.arda.v1.DeployResponse;
import dev.arda.v1.HostServiceGrpc;
import dev.arda.v1.OperationState;
import java.util.List;
import java.util.UUID;

/** One run of a command that deploys. */
final class HostDeployRun {

  private final Session session;
  private final ArdaClient client;
  private final DeployRequest request;
  private final OperationViews.Wish wish;
  private final AttendedOperation.Manner manner;
  private final boolean installs;
  private DeployOutcome outcome = DeployOutcome.getDefaultInstance();

  /**
   * A run.
   *
   * @param installs whether machines that run no NixOS are installed then, so that they are no
   *     failures yet
   */
  HostDeployRun(
      Session session,
      ArdaClient client,
      DeployRequest request,
      OperationViews.Wish wish,
      AttendedOperation.Manner manner,
      boolean installs) {
    this.session = session;
    this.client = client;
    // Asked again after a lost connection, it is the same deployment.
    this.request =
        request.toBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setInteractive(manner.canAsk(session))
            .build();
    this.wish = wish;
    this.manner = manner;
    this.installs = installs;
  }

  int run() throws InterruptedException {
    var operation =
        new AttendedOperation<>(
            session, client, HostServiceGrpc.getDeployMethod(), DeployResponse::getEvent, manner);
    if (manner.detach()) {
      return operation.detach(request);
    }
    var watch = new OperationWatch(session, client, request.getRequestId());
    var dry = new DryActivations(watch.model());
    watch.tell(dry);
    var end = operation.follow(watch, request, request.getRequestId(), wish);
    if (request.getValidateOnly() && !session.options().json()) {
      new PlanPrinter(session.console()).print(watch.model());
    }
    if (!end.getResult().hasDeploy()) {
      return watch.exitCode(end, false);
    }
    outcome = end.getResult().getDeploy();
    var report = new HostDeployReport(session, request, end);
    if (!session.options().json()) {
      if (request.getMode() == DeployMode.DEPLOY_MODE_DRY_ACTIVATE && !wish.logs()) {
        session.console().out().text(dry.text(session.console().outStyle()::strong));
      }
      var told = installs ? others() : outcome;
      if (told.getHostsCount() > 0) {
        report.print(told);
      }
    }
    int code = HostDeployReport.exitCode(outcome);
    if (end.getState() == OperationState.OPERATION_STATE_CANCELLED
        || end.getState() == OperationState.OPERATION_STATE_INTERRUPTED) {
      int givenUp = watch.exitCode(end, true);
      return code == ExitCode.LOOK_AT_IT ? code : givenUp;
    }
    return code;
  }

  /** The hosts that were refused because their machines run no NixOS. */
  List<String> notInstalled() {
    return HostDeployReport.notInstalled(outcome);
  }

  /** The exit code without the hosts that were refused for that. */
  int codeOfOthers() {
    return HostDeployReport.exitCode(others());
  }

  private DeployOutcome others() {
    var others = outcome.toBuilder().clearHosts();
    outcome.getHostsList().stream()
        .filter(host -> !notInstalled().contains(host.getHost()))
        .forEach(others::addHosts);
    return others.build();
  }
}
