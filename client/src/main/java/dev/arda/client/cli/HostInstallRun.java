package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.client.Failure;
import dev.arda.client.cli.view.BuildTimes;
import dev.arda.client.cli.view.OperationModel;
import dev.arda.client.cli.view.Quantities;
import dev.arda.v1.DeployRequest;
import dev.arda.v1.Host;
import dev.arda.v1.HostLifecycleServiceGrpc;
import dev.arda.v1.HostView;
import dev.arda.v1.InstallHostRequest;
import dev.arda.v1.InstallHostResponse;
import dev.arda.v1.InstallPhase;
import dev.arda.v1.ListHostsRequest;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationState;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import picocli.CommandLine.ParseResult;

/** One installation: asks before, and tells what came of it. */
final class HostInstallRun {

  /** Phases that write on disks. */
  private static final Set<String> WRITING = Set.of("disko", "install", "reboot");

  /** Reasons for which nothing is begun. */
  private static final Set<String> REFUSALS = Set.of("HOST_BUSY", "HOST_UNFIT");

  private final Session session;
  private final ArdaClient client;
  private final ParseResult arguments;
  private final OperationViews.Wish wish;

  HostInstallRun(
      Session session, ArdaClient client, ParseResult arguments, OperationViews.Wish wish) {
    this.session = session;
    this.client = client;
    this.arguments = arguments;
    this.wish = wish;
  }

  /**
   * Asks, and installs.
   *
   * @param wished everything but the word of the user
   * @return the exit code
   */
  int run(InstallHostRequest.Builder wished) throws InterruptedException {
    var host =
        OneHost.find(
            session,
            client,
            wished.getHost(),
            ListHostsRequest.newBuilder()
                .setContext(wished.getContext())
                .setFlake(wished.getFlake())
                .setView(HostView.HOST_VIEW_FULL));
    var target =
        wished.getReach().getTargetHost().isEmpty()
            ? host.getTargetHost().isEmpty() ? host.getName() : host.getTargetHost()
            : wished.getReach().getTargetHost();
    if (!Confirmation.given(session, arguments, warning(wished, host, target), host.getName())) {
      return ExitCode.FAILED;
    }
    var request =
        wished.setConfirmedHost(host.getName()).setRequestId(UUID.randomUUID().toString()).build();
    var watch = new OperationWatch(session, client, request.getRequestId());
    var times =
        new BuildTimes(session.connector().location().stateDirectory().resolve("build-times"));
    Operation end;
    try (var view = OperationViews.open(session, wish, times);
        var stream =
            session.cancellable(
                client.start(
                    HostLifecycleServiceGrpc.getInstallHostMethod(),
                    request,
                    InstallHostResponse::getEvent))) {
      end = watch.follow(stream, view);
    }
    times.learn(watch.model());
    if (end.getState() == OperationState.OPERATION_STATE_INTERRUPTED) {
      int code = watch.exitCode(end, false);
      boolean touched = touchedDisks(watch.model());
      session
          .console()
          .message(
              "       the disks of %s %s"
                  .formatted(
                      Style.safe(target),
                      touched
                          ? "may be erased, and it may not start by itself; nixos-anywhere may go on there"
                          : "were not touched until then"));
      return touched ? ExitCode.LOOK_AT_IT : code;
    }
    if (end.getState() == OperationState.OPERATION_STATE_CANCELLED && !session.options().json()) {
      session.errors().print(Failure.of(end.getResult().getError()));
    }
    boolean told = !session.options().json() && end.getResult().hasInstall();
    if (told) {
      print(end, request.getPhasesList());
    }
    int code = watch.exitCode(end, told);
    return isRefused(end) ? ExitCode.REFUSED : code;
  }

  /** Whether it failed before anything was done, since the machine is not fit, or busy. */
  private static boolean isRefused(Operation end) {
    var stage = end.getResult().getInstall().getStage();
    return end.getState() == OperationState.OPERATION_STATE_FAILED
        && (stage.isEmpty() || stage.equals("preflight"))
        && REFUSALS.contains(Failure.of(end.getResult().getError()).reason());
  }

  /** Whether a phase had begun that writes on disks. */
  private static boolean touchedDisks(OperationModel model) {
    return model.nodes().stream()
        .anyMatch(node ->
            WRITING.contains(node.getName())
                && node.getId().endsWith("/" + node.getName())
                && node.getState() != OperationNodeState.OPERATION_NODE_STATE_WAITING);
  }

  /**
   * Installs the hosts that could not be updated, one after the other.
   *
   * @param hosts their names
   * @param code the exit code for the others
   * @return the exit code
   */
  static int instead(
      Session session,
      ArdaClient client,
      ParseResult arguments,
      DeployRequest update,
      List<String> hosts,
      int code)
      throws InterruptedException {
    int result = code;
    for (var name : hosts) {
      session
          .console()
          .message(
              "%s runs no NixOS yet: it is not updated, but installed".formatted(Style.safe(name)));
      var request =
          InstallHostRequest.newBuilder()
              .setContext(update.getContext())
              .setFlake(update.getFlake())
              .setHost(name)
              .setReach(update.getReach().toBuilder().setForwardAgent(false));
      if (update.hasEvaluationLimit()) {
        request.setEvaluationLimit(update.getEvaluationLimit());
      }
      if (update.hasBuildLimit()) {
        request.setBuildLimit(update.getBuildLimit());
      }
      int one =
          new HostInstallRun(session, client, arguments, OperationViews.Wish.of(arguments))
              .run(request);
      result = one == ExitCode.OK ? result : one;
    }
    return result;
  }

  private static String warning(InstallHostRequest.Builder wished, Host host, String target) {
    var erases =
        wished.getPhasesCount() == 0
            || wished.getPhasesList().contains(InstallPhase.INSTALL_PHASE_DISKO);
    if (erases) {
      return "All disks that %s names are erased on %s."
          .formatted(Style.safe(host.getName()), Style.safe(target));
    }
    return installs(wished.getPhasesList())
        ? "%s is installed on %s, over what is on its disks."
            .formatted(Style.safe(host.getName()), Style.safe(target))
        : "The system that runs on %s ends: %s."
            .formatted(Style.safe(target), words(wished.getPhasesList()));
  }

  /** Whether the system itself is installed. */
  private static boolean installs(List<InstallPhase> phases) {
    return phases.isEmpty() || phases.contains(InstallPhase.INSTALL_PHASE_INSTALL);
  }

  private static String words(List<InstallPhase> phases) {
    return phases.stream()
        .map(phase -> phase.name().replace("INSTALL_PHASE_", "").toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  private void print(Operation end, List<InstallPhase> phases) {
    var outcome = end.getResult().getInstall();
    if (outcome.hasError()) {
      new FailedBuilds(session, end).print(Failure.of(outcome.getError()));
      return;
    }
    var took =
        Quantities.precise(
            Duration.ofSeconds(outcome.getElapsed().getSeconds(), outcome.getElapsed().getNanos()));
    session
        .console()
        .out()
        .line(
            "%s  %s on %s in %s%s"
                .formatted(
                    Style.safe(outcome.getHost()),
                    installs(phases) ? "installed" : "not installed; done: " + words(phases),
                    Style.safe(outcome.getTarget()),
                    took,
                    outcome.getStage().equals("reboot") ? "; it starts anew" : ""));
    session.console().out().flush();
  }
}
