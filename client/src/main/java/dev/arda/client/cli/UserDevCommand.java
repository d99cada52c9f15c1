package dev.arda.client.cli;

import dev.arda.v1.GetDevShellRequest;
import dev.arda.v1.UserServiceGrpc;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda user dev}: enters a development shell of a user. */
final class UserDevCommand implements Command {

  /** What a shell says of a program that cannot be run. */
  private static final int NOT_RUN = 126;

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Enters a development shell of a user, or runs a command in it.")
        .description(
            "",
            "Those of clan.core.users.USER.devShells: a derivation, a Nix file, or a directory with"
                + " flake.nix, shell.nix or default.nix. Exits as the command does.",
            "With --json: prints the command that enters it, and runs nothing.",
            "");
    Arguments.option(spec, "--user", "USER", "Whose shell it is. Default: yours.");
    Arguments.words(spec, "NAME [-- COMMAND…]", "1..*", "The shell, and what to run in it");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var words = Arguments.words(arguments);
    var command = new ArrayList<String>();
    new Answers(session)
        .each(
            UserServiceGrpc.getGetDevShellMethod(),
            GetDevShellRequest.newBuilder()
                .setContext(session.context())
                .setFlake(session.options().flake())
                .setUser(Arguments.text(arguments, "--user"))
                .setShell(words.getFirst())
                .addAllCommand(words.subList(1, words.size()))
                .build(),
            answer -> command.addAll(answer.getArgumentsList()));
    if (session.options().json()) {
      session
          .console()
          .out()
          .line(command.stream().map(JsonText::quote).collect(Collectors.joining(",", "[", "]")));
      session.console().out().flush();
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
    // ^C is for the shell, which is in the same group; this process ends when it has ended.
    try (var _ = session.interruption().signals().onInterrupt(() -> false)) {
      return builder.start().waitFor();
    } catch (IOException e) {
      session.errors().print("Nix cannot be run: %s".formatted(e.getMessage()));
      return NOT_RUN;
    }
  }
}
