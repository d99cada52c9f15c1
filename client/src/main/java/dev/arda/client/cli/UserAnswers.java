package dev.arda.client.cli;

import dev.arda.client.Failure;
import dev.arda.v1.ListUsersRequest;
import dev.arda.v1.User;
import dev.arda.v1.UserPage;
import dev.arda.v1.UserServiceGrpc;
import dev.arda.v1.UserView;
import java.util.List;

/** Asks who the users of a flake are. */
final class UserAnswers {

  private final Session session;
  private final Answers answers;
  private final UserPage.Builder all = UserPage.newBuilder();

  UserAnswers(Session session) {
    this.session = session;
    this.answers = new Answers(session);
  }

  /**
   * Asks, and prints the users as JSON, one a line, where that is wanted.
   *
   * @param names only these; empty: all
   */
  int ask(List<String> names, UserView view, boolean hosts) throws InterruptedException {
    var code =
        answers.each(
            UserServiceGrpc.getListUsersMethod(),
            ListUsersRequest.newBuilder()
                .setContext(session.context())
                .setFlake(session.options().flake())
                .addAllNames(names)
                .setView(view)
                .setHosts(hosts)
                .build(),
            answer -> {
              if (answer.hasProgress()) {
                session.console().spinner().show(answer.getProgress().getText());
              } else if (answer.hasUsers()) {
                all.mergeFrom(answer.getUsers());
              }
            });
    if (session.options().json()) {
      all.getUsersList().forEach(answers::json);
      session.console().out().flush();
    }
    return code;
  }

  /** The users. */
  List<User> users() {
    return all.getUsersList();
  }

  /** Says on standard error which places could not be looked into; tells whether there are any. */
  boolean printProblems() {
    for (var problem : all.getProblemsList()) {
      session.fail(ExitCode.FAILED, Failure.of(problem.getError()));
    }
    return all.getProblemsCount() > 0;
  }
}
