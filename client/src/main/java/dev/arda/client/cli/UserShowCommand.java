package dev.arda.client.cli;

import dev.arda.client.Failure;
import dev.arda.v1.GetHomeExpressionRequest;
import dev.arda.v1.User;
import dev.arda.v1.UserDefinition;
import dev.arda.v1.UserServiceGrpc;
import dev.arda.v1.UserView;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda user show}: what a flake says of a user. */
final class UserShowCommand implements Command, TakesUsers {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Shows where a user is defined, and what each definition says.")
        .description("", "Fails if a definition cannot be evaluated; the others are shown.", "");
    Arguments.flag(
        spec, "--hosts", "Also look at accounts and homes of NixOS hosts, which evaluates them.");
    Arguments.flag(
        spec,
        "--expression",
        "Print the home configuration as a Nix expression; made of clan.core.users if need be.");
    Arguments.option(
        spec,
        "--host",
        "HOST",
        "With --expression: name of the machine that it is for. Default: this one.");
    Arguments.words(spec, "NAME", "1", "A person, or one definition, for example alice@web01");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var name = Arguments.words(arguments).getFirst();
    if (arguments.hasMatchedOption("--expression")) {
      return expression(session, name, Arguments.text(arguments, "--host"));
    }
    var answers = new UserAnswers(session);
    var code =
        answers.ask(List.of(name), UserView.USER_VIEW_FULL, arguments.hasMatchedOption("--hosts"));
    if (code != ExitCode.OK) {
      return code;
    }
    boolean broken =
        answers.users().stream()
            .flatMap(user -> user.getDefinitionsList().stream())
            .anyMatch(UserDefinition::hasError);
    if (!session.options().json()) {
      answers.users().forEach(user -> print(session, user));
    }
    broken |= answers.printProblems();
    if (answers.users().isEmpty()) {
      return session.fail(
          ExitCode.FAILED,
          Failure.local(
              Status.Code.NOT_FOUND,
              "USER_NOT_FOUND",
              "the flake has no user %s; arda user list shows those it has".formatted(name)));
    }
    return broken ? ExitCode.FAILED : ExitCode.OK;
  }

  private static int expression(Session session, String name, String host)
      throws InterruptedException {
    return new Answers(session)
        .print(
            UserServiceGrpc.getGetHomeExpressionMethod(),
            GetHomeExpressionRequest.newBuilder()
                .setContext(session.context())
                .setFlake(session.options().flake())
                .setUser(name)
                .setHost(host)
                .build(),
            List::of,
            answer ->
                answer
                    .getExpression()
                    .lines()
                    .forEach(line -> session.console().out().line(Style.safe(line))));
  }

  private static void print(Session session, User user) {
    var out = session.console().out();
    out.line(Style.safe(user.getName()));
    var rows = new ArrayList<List<String>>();
    add(rows, "home", user.getHomeDirectory());
    add(rows, "hosts", String.join(" ", user.getHostsList()));
    for (var definition : user.getDefinitionsList()) {
      rows.add(List.of("  defined by", definition.getSelector()));
      add(rows, "  login name", definition.getUsername());
      if (user.getHomeDirectory().isEmpty()) {
        add(rows, "  home", definition.getHomeDirectory());
      }
      add(rows, "  shell", definition.getShell());
      add(rows, "  state version", definition.getStateVersion());
      add(rows, "  packages", String.join(" ", definition.getPackagesList()));
      add(rows, "  programs", String.join(" ", definition.getProgramsList()));
      add(rows, "  dotfiles", String.join(" ", definition.getDotfilesList()));
      add(rows, "  secrets", definition.getSecrets());
      add(rows, "  dev shells", String.join(" ", definition.getDevShellsList()));
    }
    Columns.print(session, rows);
    out.flush();
    for (var definition : user.getDefinitionsList()) {
      if (definition.hasError()) {
        session.errors().print(Failure.of(definition.getError()));
      }
    }
  }

  private static void add(List<List<String>> rows, String label, String value) {
    if (!value.isEmpty()) {
      rows.add(List.of("  " + label, value));
    }
  }
}
