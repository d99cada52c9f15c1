package dev.arda.client.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda daemon restart}. */
final class DaemonRestartCommand implements Command {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().header("Ends the daemon if it runs, and starts it.");
    DaemonStopCommand.addForce(spec);
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var _ = DaemonStopCommand.stop(session, arguments);
    return DaemonStartCommand.start(session);
  }
}
