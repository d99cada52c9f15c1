package dev.arda.client.cli;

import dev.arda.v1.GetLoginRequest;
import dev.arda.v1.HostServiceGrpc;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda host ssh}. */
final class HostSshCommand implements Command, TakesHosts {

  /** What a shell says of a program that cannot be run. */
  private static final int NOT_RUN = 126;

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Logs in on a host, or runs a command there.")
        .description(
            "",
            "With your own ssh and its configuration. Exits as the command does; 255: ssh failed.",
            "");
    HostReachOptions.addTo(spec);
    Arguments.words(spec, "HOST [-- COMMAND…]", "1..*", "The host, and what to run there");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var words = Arguments.words(arguments);
    if (words.isEmpty()) {
      throw new UsageException("no host is named; arda host list shows those there are");
    }
    var request =
        GetLoginRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .setSelection(words.getFirst())
            .setReach(HostReachOptions.of(arguments))
            .addAllCommand(words.subList(1, words.size()))
            .build();
    var command = new ArrayList<String>();
    new Answers(session)
        .each(
            HostServiceGrpc.getGetLoginMethod(),
            request,
            answer -> command.addAll(answer.getArgumentsList()));
    if (session.options().json()) {
      session
          .console()
          .out()
          .line(
              command.stream()
                  .map(JsonText::quote)
                  .collect(java.util.stream.Collectors.joining(",", "[", "]")));
      return ExitCode.OK;
    }
    return execute(session, command);
  }

  private static int execute(Session session, List<String> command) throws InterruptedException {
    var builder =
        new ProcessBuilder(command).directory(session.environment().cwd().toFile()).inheritIO();
    builder.environment().clear();
    builder.environment().putAll(session.environment().variables());
    session.console().spinner().stop();
    session.console().out().flush();
    // ^C is for ssh, which is in the same group; this process ends when it has ended.
    try (var _ = session.interruption().signals().onInterrupt(() -> false)) {
      return builder.start().waitFor();
    } catch (IOException e) {
      session.errors().print("ssh cannot be run: %s".formatted(e.getMessage()));
      return NOT_RUN;
    }
  }
}
