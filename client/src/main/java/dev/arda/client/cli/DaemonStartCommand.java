package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda daemon start}. */
final class DaemonStartCommand implements Command {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().header("Starts the daemon, unless it runs.");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    return start(session);
  }

  static int start(Session session) throws InterruptedException {
    session.console().spinner().show("starting the daemon");
    var client = ArdaClient.connect(session.connector(), session.startDeadline());
    try {
      session.console().spinner().stop();
      long pid = client.greeting().getPid();
      if (session.options().json()) {
        session
            .console()
            .out()
            .line("{\"pid\":%d,\"started\":%b}".formatted(pid, client.startReason().isPresent()));
      } else {
        session
            .console()
            .out()
            .line(
                client.startReason().isPresent()
                    ? "started the daemon (process %d)".formatted(pid)
                    : "the daemon runs already (process %d)".formatted(pid));
      }
      return ExitCode.OK;
    } finally {
      client.closeForExit();
    }
  }
}
