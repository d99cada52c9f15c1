package dev.arda.client.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One command of {@code arda}. */
interface Command {

  /** Describes name, options and help. The global options are added by {@link CommandTree}. */
  void describe(CommandSpec spec);

  /**
   * Runs it.
   *
   * @return the exit code
   * @throws dev.arda.client.ArdaException if the daemon, or the way to it, fails
   * @throws UsageException if the arguments make no sense together
   * @throws OutputException if results cannot be printed
   * @throws InterruptedException if the user wishes to stop
   */
  int run(Session session, ParseResult arguments) throws InterruptedException;
}
