package dev.arda.client.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code arda daemon run}, as far as the client is concerned: it is listed here, but bin/arda
 * starts the daemon itself before a client exists.
 */
final class DaemonRunCommand implements Command {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Runs the daemon in the foreground.")
        .description(
            "", "For service managers, and for looking at a daemon that does not start.", "");
  }

  @Override
  public int run(Session session, ParseResult arguments) {
    throw new UsageException(
        "the daemon is started by the launcher: run bin/arda daemon run, with daemon and run as the first two words");
  }
}
