package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.v1.DeployEngine;
import dev.arda.v1.DeployMode;
import dev.arda.v1.DeployRequest;
import dev.arda.v1.HostView;
import dev.arda.v1.ListHostsRequest;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda host morph}: this machine becomes another host until its next boot. */
final class HostMorphCommand implements Command, TakesHosts {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Makes this machine another host until its next boot.")
        .description(
            "",
            "Builds the system of the host, and runs its own sw/bin/nixos-rebuild on this machine:"
                + " first dry-activate, and if that succeeds test. What is booted stays as it is."
                + " A test that fails is not taken back; boot, or update this machine.",
            "",
            HostDeployCommand.EXITS,
            "");
    Arguments.flag(spec, "--no-ask", "Fail where a password would be asked for.");
    Confirmation.addTo(spec);
    TimeLimitOptions.addBuild(spec);
    OperationViews.Wish.addTo(spec);
    Arguments.words(spec, "NAME", "1", "The host that this machine becomes");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var word = OneHost.of(arguments);
    return session.ask(client -> morph(session, client, arguments, word));
  }

  private static int morph(Session session, ArdaClient client, ParseResult arguments, String word)
      throws InterruptedException {
    var host =
        OneHost.find(
                session,
                client,
                word,
                ListHostsRequest.newBuilder()
                    .setContext(session.context())
                    .setFlake(session.options().flake())
                    .setView(HostView.HOST_VIEW_NAMES))
            .getName();
    if (!Confirmation.given(
        session,
        arguments,
        "This machine runs the system of %s until its next boot.".formatted(Style.safe(host)),
        host)) {
      return ExitCode.FAILED;
    }
    var request =
        DeployRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .addSelections(word)
            .setMode(DeployMode.DEPLOY_MODE_TEST)
            .setEngine(DeployEngine.DEPLOY_ENGINE_OWN_NIXOS_REBUILD);
    TimeLimitOptions.evaluation(arguments).ifPresent(request::setEvaluationLimit);
    TimeLimitOptions.build(arguments).ifPresent(request::setBuildLimit);
    request.getReachBuilder().setTargetHost("localhost");
    return new HostDeployRun(
            session,
            client,
            request.build(),
            OperationViews.Wish.of(arguments),
            new AttendedOperation.Manner(false, !arguments.hasMatchedOption("--no-ask"), false),
            false)
        .run();
  }
}
