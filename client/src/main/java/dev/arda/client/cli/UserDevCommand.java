package dev.arda.client.cli;

import dev.arda.v1.GetDevShellRequest;
import dev.arda.v1.UserServiceGrpc;
import java.util.ArrayList;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda user dev}: enters a development shell of a user. */
final class UserDevCommand implements Command {

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
    return new Handover(session, "Nix", command).orJson();
  }
}
