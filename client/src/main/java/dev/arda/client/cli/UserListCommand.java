package dev.arda.client.cli;

import dev.arda.v1.User;
import dev.arda.v1.UserDefinition;
import dev.arda.v1.UserView;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda user list}: who the users of a flake are. */
final class UserListCommand implements Command {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Lists the users of a flake.")
        .description(
            "",
            "On a terminal: a table that says for which hosts they are and where they are defined."
                + " Elsewhere: one name a line. Evaluates nothing but names, unless --hosts is"
                + " given.",
            "");
    Arguments.flag(
        spec, "--hosts", "Also list accounts and homes of NixOS hosts, which evaluates the hosts.");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var answers = new UserAnswers(session);
    var code =
        answers.ask(List.of(), UserView.USER_VIEW_NAMES, arguments.hasMatchedOption("--hosts"));
    if (code != ExitCode.OK) {
      return code;
    }
    var console = session.console();
    if (session.options().json()) {
      return answers.printProblems() ? ExitCode.FAILED : ExitCode.OK;
    }
    if (console.outIsTerminal()) {
      var rows = new ArrayList<List<String>>();
      rows.add(List.of("NAME", "HOSTS", "DEFINED BY"));
      answers.users().forEach(user -> rows.add(row(user)));
      if (rows.size() > 1) {
        Columns.print(session, rows);
      }
    } else {
      answers.users().forEach(user -> console.out().line(user.getName()));
    }
    console.out().flush();
    if (answers.users().isEmpty()) {
      new Answers(session).note("no homeConfigurations and no clan.core.users");
    }
    return answers.printProblems() ? ExitCode.FAILED : ExitCode.OK;
  }

  private static List<String> row(User user) {
    var hosts = String.join(" ", user.getHostsList());
    return List.of(
        user.getName(),
        hosts.isEmpty() ? "any" : hosts,
        user.getDefinitionsList().stream()
            .map(UserListCommand::shortly)
            .distinct()
            .collect(Collectors.joining(", ")));
  }

  private static String shortly(UserDefinition definition) {
    return switch (definition.getKind()) {
      case USER_DEFINITION_KIND_HOME_CONFIGURATION -> "homeConfigurations";
      case USER_DEFINITION_KIND_CLAN -> "clan.core.users";
      case USER_DEFINITION_KIND_HOST_ACCOUNT -> "account";
      case USER_DEFINITION_KIND_HOST_HOME -> "home of a host";
      case USER_DEFINITION_KIND_UNSPECIFIED, UNRECOGNIZED -> "?";
    };
  }
}
