package dev.arda.client.cli;

import dev.arda.client.Protocol;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda version}. */
final class VersionCommand implements Command {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().header("Prints the version of arda.");
  }

  @Override
  public int run(Session session, ParseResult arguments) {
    var version = Protocol.clientVersion();
    session
        .console()
        .out()
        .line(
            session.options().json()
                ? "{\"version\":%s,\"protocol\":%d,\"java\":%s}"
                    .formatted(
                        JsonText.quote(version),
                        Protocol.VERSION,
                        JsonText.quote(Runtime.version().toString()))
                : "arda " + version);
    return ExitCode.OK;
  }
}
