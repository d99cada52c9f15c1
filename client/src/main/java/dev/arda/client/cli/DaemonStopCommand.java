package dev.arda.client.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda daemon stop}. */
final class DaemonStopCommand implements Command {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Ends the daemon.")
        .description("", "What must not be interrupted is finished first.", "");
    addForce(spec);
  }

  static void addForce(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder("--force")
            .arity("0")
            .type(boolean.class)
            .description("End its process by a signal if it does not answer.")
            .build());
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var pid = stop(session, arguments);
    session
        .console()
        .out()
        .line(
            session.options().json()
                ? pid.map("{\"stopped\":true,\"pid\":%d}"::formatted).orElse("{\"stopped\":false}")
                : pid.map("ended the daemon (process %d)"::formatted)
                    .orElse("no daemon is running"));
    return ExitCode.OK;
  }

  static java.util.Optional<Long> stop(Session session, ParseResult arguments)
      throws InterruptedException {
    session.console().spinner().show("waiting for the daemon to end");
    try {
      return new DaemonControl(session).stop(arguments.hasMatchedOption("--force"));
    } finally {
      session.console().spinner().stop();
    }
  }
}
