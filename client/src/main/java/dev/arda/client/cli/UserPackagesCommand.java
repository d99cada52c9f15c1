package dev.arda.client.cli;

import dev.arda.v1.ListUserPackagesRequest;
import dev.arda.v1.ListUserPackagesResponse;
import dev.arda.v1.UserServiceGrpc;
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
    return new Answers(session)
        .print(
            UserServiceGrpc.getListUserPackagesMethod(),
            ListUserPackagesRequest.newBuilder()
                .setContext(session.context())
                .setFlake(session.options().flake())
                .setUser(Arguments.words(arguments).getFirst())
                .build(),
            ListUserPackagesResponse::getPackagesList,
            answer ->
                Columns.print(
                    session,
                    answer.getPackagesList().stream()
                        .map(one -> List.of(one.getName(), one.getVersion(), one.getSource()))
                        .toList()));
  }
}
