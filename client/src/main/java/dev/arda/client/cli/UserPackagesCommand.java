package dev.arda.client.cli;

import dev.arda.v1.ListUserPackagesRequest;
import dev.arda.v1.UserServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda user packages}: what a user's environment declares. */
final class UserPackagesCommand implements Command {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Lists the packages that a user's environment declares.")
        .description("", "Name, version, and where it is defined. Builds nothing.", "");
    Arguments.words(spec, "USER", "1", "A user of the flake, for example alice or alice@web01");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var answers = new Answers(session);
    return answers.each(
        UserServiceGrpc.getListUserPackagesMethod(),
        ListUserPackagesRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .setUser(Arguments.words(arguments).getFirst())
            .build(),
        answer -> {
          if (session.options().json()) {
            answer.getPackagesList().forEach(answers::json);
            return;
          }
          var rows = new ArrayList<List<String>>();
          answer
              .getPackagesList()
              .forEach(one -> rows.add(List.of(one.getName(), one.getVersion(), one.getSource())));
          Columns.print(session, rows);
        });
  }
}
