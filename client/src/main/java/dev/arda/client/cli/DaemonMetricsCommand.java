package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.client.Deadline;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda daemon metrics}. Never starts a daemon. */
final class DaemonMetricsCommand implements Command {

  private static final Duration ANSWER = Duration.ofSeconds(10);

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header(
            "Prints what the daemon has done since its start, in the text format of Prometheus.")
        .description(
            "", "Exits with 1 if no daemon is running. docs/metrics.md explains the names.", "");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var client = ArdaClient.connectToRunning(session.connector(), Deadline.after(ANSWER));
    if (client.isEmpty()) {
      return session.fail(ExitCode.FAILED, "no daemon is running; start one: arda daemon start");
    }
    try {
      session.console().out().bytes(client.get().metrics(Deadline.after(ANSWER)).getText());
      return ExitCode.OK;
    } finally {
      client.get().closeForExit();
    }
  }
}
