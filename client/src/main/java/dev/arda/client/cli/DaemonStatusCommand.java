package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.client.Deadline;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda daemon status}. Never starts a daemon. */
final class DaemonStatusCommand implements Command {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Shows what the daemon is and what it is busy with.")
        .description("", "Exits with 1 if no daemon is running.", "");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var out = session.console().out();
    var socket = session.connector().location().socket();
    boolean json = session.options().json();
    var deadline = Deadline.after(Duration.ofSeconds(10));
    var client = ArdaClient.connectToRunning(session.connector(), deadline);
    if (client.isEmpty()) {
      out.line(
          json
              ? "{\"running\":false,\"socket\":" + JsonText.quote(socket.toString()) + "}"
              : "no daemon is running (socket " + socket + ")");
      return ExitCode.FAILED;
    }
    try {
      var status = client.get().status(deadline);
      out.text(
          json
              ? DaemonStatusJson.of(status) + "\n"
              : new DaemonStatusText(status, width(session)).text());
      return ExitCode.OK;
    } finally {
      client.get().closeForExit();
    }
  }

  private static int width(Session session) {
    return session.console().outIsTerminal()
        ? new TerminalWidth(session.environment()).columns()
        : Integer.MAX_VALUE;
  }
}
