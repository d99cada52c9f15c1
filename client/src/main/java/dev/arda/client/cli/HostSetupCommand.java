package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.v1.ApplyUserRequest;
import dev.arda.v1.DeployMode;
import dev.arda.v1.DeployRequest;
import dev.arda.v1.OperationState;
import dev.arda.v1.SetupHostRequest;
import dev.arda.v1.SetupHostResponse;
import dev.arda.v1.SetupServiceGrpc;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda host setup}: a host's system, and then environments of users on it. */
final class HostSetupCommand implements Command, TakesHosts {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Brings a host to its configuration, and then users there to theirs.")
        .description(
            "",
            "As arda host deploy HOST, and then arda user apply USER --host HOST: one operation with"
                + " one report. A user of whom the flake has no environment ends it before anything"
                + " is deployed. Unless the host is as wished, no environment is applied.",
            "",
            HostDeployCommand.EXITS + " 1 also if the host is as wished, but a user is not.",
            "");
    spec.addOption(
        OptionSpec.builder("--with-user")
            .arity("1")
            .required(true)
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel("USER[,USER…]")
            .description("Users whose environments are applied. May be repeated.")
            .build());
    HostReachOptions.addTo(spec);
    Arguments.flag(
        spec, "--substitute", "Let the host fetch from its own substituters what it lacks.");
    Arguments.flag(
        spec, "--dry-run", "Change nothing; tell what would be built, and what would change.");
    UserApplyCommand.collisions(spec);
    UserApplyCommand.secrets(spec);
    Arguments.flag(spec, "--detach", "Print the name of the operation and leave it to the daemon.");
    Arguments.flag(spec, "--no-ask", "Fail where a password would be asked for.");
    Confirmation.addTo(spec);
    TimeLimitOptions.addTo(spec);
    BuildSettings.addTo(spec);
    OperationViews.Wish.addTo(spec);
    Arguments.words(spec, "HOST", "1", "The host");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var manner =
        new AttendedOperation.Manner(
            arguments.hasMatchedOption("--detach"), !arguments.hasMatchedOption("--no-ask"), false);
    var request = request(session, arguments, manner.canAsk(session));
    return session.ask(client -> setUp(session, client, arguments, request, manner));
  }

  private static int setUp(
      Session session,
      ArdaClient client,
      ParseResult arguments,
      SetupHostRequest request,
      AttendedOperation.Manner manner)
      throws InterruptedException {
    var operation =
        new AttendedOperation<>(
            session,
            client,
            SetupServiceGrpc.getSetupHostMethod(),
            SetupHostResponse::getEvent,
            manner);
    if (manner.detach()) {
      return operation.detach(request);
    }
    var deploy = request.getDeploy();
    var watch = new OperationWatch(session, client, deploy.getRequestId());
    var end =
        operation.follow(watch, request, deploy.getRequestId(), OperationViews.Wish.of(arguments));
    if (!end.getResult().hasSetup()) {
      return watch.exitCode(end, false);
    }
    var setup = end.getResult().getSetup();
    if (!session.options().json()) {
      if (deploy.getValidateOnly()) {
        new PlanPrinter(session.console()).print(watch.model());
      }
      new SetupReport(session, request).print(end);
    }
    if (end.getState() == OperationState.OPERATION_STATE_CANCELLED) {
      return watch.exitCode(end, true);
    }
    var missing = HostDeployReport.notInstalled(setup.getDeploy());
    if (!missing.isEmpty() && !deploy.getValidateOnly()) {
      int installed =
          HostInstallRun.instead(session, client, arguments, deploy, missing, ExitCode.OK);
      if (installed == ExitCode.OK) {
        session
            .console()
            .message("no environment is there yet; when it has started, run this command again");
      }
      return installed == ExitCode.OK ? ExitCode.FAILED : installed;
    }
    int host = HostDeployReport.exitCode(setup.getDeploy());
    return end.getState() == OperationState.OPERATION_STATE_SUCCEEDED
            || SetupReport.hostFailed(setup)
        ? host
        : ExitCode.FAILED;
  }

  private static SetupHostRequest request(
      Session session, ParseResult arguments, boolean interactive) {
    var deploy =
        DeployRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .addSelections(OneHost.of(arguments))
            .setRequestId(UUID.randomUUID().toString())
            .setMode(DeployMode.DEPLOY_MODE_SWITCH)
            .setValidateOnly(arguments.hasMatchedOption("--dry-run"))
            .setInteractive(interactive)
            .setReach(
                HostReachOptions.of(arguments)
                    .setSubstitute(arguments.hasMatchedOption("--substitute")));
    TimeLimitOptions.evaluation(arguments).ifPresent(deploy::setEvaluationLimit);
    TimeLimitOptions.build(arguments).ifPresent(deploy::setBuildLimit);
    TimeLimitOptions.copy(arguments).ifPresent(deploy::setCopyLimit);
    var apply =
        ApplyUserRequest.newBuilder()
            .addAllUsers(users(arguments))
            .setSecrets(UserApplyCommand.secrets(session, arguments));
    UserApplyCommand.collisions(apply, arguments);
    return SetupHostRequest.newBuilder().setDeploy(deploy).setApply(apply).build();
  }

  private static List<String> users(ParseResult arguments) {
    var users =
        arguments.matchedOptionValue("--with-user", List.<String>of()).stream()
            .flatMap(text -> Stream.of(text.split(",", -1)))
            .distinct()
            .toList();
    if (users.contains("")) {
      throw new UsageException("--with-user takes names of users, with commas between them");
    }
    return users;
  }
}
