package dev.arda.client.cli;

import dev.arda.v1.GetUserShellRequest;
import dev.arda.v1.UserServiceGrpc;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda user shell}: which login shell a host gives a user. */
final class UserShellPathCommand implements Command {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Prints the path of a user's login shell, as a host's configuration has it.")
        .description(
            "",
            "Without --host: of the host of the flake that is called as this machine; if there is"
                + " none, what this machine says.",
            "");
    Arguments.option(spec, "--host", "HOST", "A host of the flake.");
    Arguments.words(spec, "USER", "0..1", "Login name. Default: you.");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var answers = new Answers(session);
    return answers.print(
        UserServiceGrpc.getGetUserShellMethod(),
        GetUserShellRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .setUser(Arguments.words(arguments).stream().findFirst().orElse(""))
            .setHost(Arguments.text(arguments, "--host"))
            .build(),
        List::of,
        answer -> {
          session.console().out().line(Style.safe(answer.getPath()));
          if (session.console().outIsTerminal()) {
            answers.note("says " + answer.getSource());
          }
        });
  }
}
