package dev.arda.client.cli;

import dev.arda.v1.AdoptDotfileRequest;
import dev.arda.v1.ApplyMode;
import dev.arda.v1.ApplyUserRequest;
import dev.arda.v1.ApplyUserResponse;
import dev.arda.v1.CompareDotfilesRequest;
import dev.arda.v1.ListDotfilesRequest;
import dev.arda.v1.UserServiceGrpc;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda user dotfiles list}, {@code diff} and {@code adopt}. */
final class UserDotfilesCommand implements Command {

  private final Kind kind;

  /** Which of them. */
  enum Kind {
    /** Which files there are. */
    LIST,
    /** How those of the home differ. */
    DIFF,
    /** Takes files of the home into the flake. */
    ADOPT
  }

  UserDotfilesCommand(Kind kind) {
    this.kind = kind;
  }

  @Override
  public void describe(CommandSpec spec) {
    switch (kind) {
      case LIST -> {
        spec.usageMessage()
            .header("Lists the files of a user's environment, and where they come from.")
            .description("", "Builds nothing.", "");
        Arguments.words(spec, "USER", "1", "A user of the flake");
      }
      case DIFF -> {
        spec.usageMessage()
            .header("Shows how files of the home differ from those of the environment.")
            .description("", "Builds the environment, and changes nothing.", "");
        OperationViews.Wish.addTo(spec);
        Arguments.words(
            spec, "USER [FILE…]", "1..*", "A user of the flake, and paths below the home");
      }
      case ADOPT -> {
        spec.usageMessage()
            .header("Takes files of the home into the flake, and has git know them.")
            .description(
                "",
                "A file that clan.core.users declares goes where it says; another one goes below"
                    + " users/USER/dotfiles, and arda says what to write into the flake. The file"
                    + " in the home stays until the environment is applied.",
                "");
        Arguments.words(
            spec, "USER FILE…", "2..*", "A user of the flake, and paths below the home");
      }
    }
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var words = Arguments.words(arguments);
    var user = words.getFirst();
    var paths = words.stream().skip(1).map(path -> below(session, path)).toList();
    return switch (kind) {
      case LIST -> list(session, user);
      case DIFF -> diff(session, arguments, user, paths);
      case ADOPT -> adopt(session, user, paths);
    };
  }

  /** A path below the home directory, also where it was written as an absolute one. */
  private static String below(Session session, String text) {
    var home = session.environment().variables().getOrDefault("HOME", "");
    if (text.startsWith("/") && !home.isEmpty() && Path.of(text).startsWith(home)) {
      return Path.of(home).relativize(Path.of(text)).toString();
    }
    return text.startsWith("~/") ? text.substring(2) : text;
  }

  private static int list(Session session, String user) throws InterruptedException {
    var answers = new Answers(session);
    return answers.each(
        UserServiceGrpc.getListDotfilesMethod(),
        ListDotfilesRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .setUser(user)
            .build(),
        answer -> {
          if (session.options().json()) {
            answer.getDotfilesList().forEach(answers::json);
            return;
          }
          var rows = new ArrayList<List<String>>();
          for (var one : answer.getDotfilesList()) {
            rows.add(
                List.of(
                    one.getPath(), one.getOrigin().isEmpty() ? one.getSource() : one.getOrigin()));
          }
          Columns.print(session, rows);
        });
  }

  private static int diff(Session session, ParseResult arguments, String user, List<String> paths)
      throws InterruptedException {
    var request =
        ApplyUserRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .addUsers(user)
            .setMode(ApplyMode.APPLY_MODE_BUILD)
            .setRequestId(UUID.randomUUID().toString())
            .build();
    var built = new AtomicReference<>("");
    var code =
        new Answers(session)
            .operation(
                OperationViews.Wish.of(arguments),
                UserServiceGrpc.getApplyUserMethod(),
                request,
                request.getRequestId(),
                ApplyUserResponse::getEvent,
                end -> {
                  end.getResult()
                      .getApplyUser()
                      .getUsersList()
                      .forEach(one -> built.set(one.getStorePath()));
                  return false;
                });
    if (code != ExitCode.OK || built.get().isEmpty()) {
      return code;
    }
    return new Answers(session)
        .each(
            UserServiceGrpc.getCompareDotfilesMethod(),
            CompareDotfilesRequest.newBuilder()
                .setContext(session.context())
                .setFlake(session.options().flake())
                .setUser(user)
                .setGeneration(built.get())
                .addAllPaths(paths)
                .build(),
            answer -> {
              answer
                  .getText()
                  .lines()
                  .forEach(line -> session.console().out().line(coloured(session, line)));
              if (answer.getText().isEmpty()) {
                new Answers(session).note("no file differs");
              }
            });
  }

  private static String coloured(Session session, String line) {
    var style = session.console().outIsTerminal() ? session.console().style() : null;
    var safe = Style.safe(line);
    if (style == null || line.isEmpty()) {
      return safe;
    }
    return switch (line.charAt(0)) {
      case '+' -> style.good(safe);
      case '-' -> style.error(safe);
      case '@' -> style.faint(safe);
      default -> safe;
    };
  }

  private static int adopt(Session session, String user, List<String> paths)
      throws InterruptedException {
    var answers = new Answers(session);
    for (var path : paths) {
      var code =
          answers.each(
              UserServiceGrpc.getAdoptDotfileMethod(),
              AdoptDotfileRequest.newBuilder()
                  .setContext(session.context())
                  .setFlake(session.options().flake())
                  .setUser(user)
                  .setPath(path)
                  .build(),
              answer -> {
                if (session.options().json()) {
                  answers.json(answer);
                  return;
                }
                session.console().out().line(Style.safe(answer.getFile()));
                if (!answer.getTracked()) {
                  answers.note("the flake is in no git repository, so it was only copied");
                }
                if (!answer.getDeclaration().isEmpty()) {
                  session
                      .console()
                      .message("write into the flake:\n  " + Style.safe(answer.getDeclaration()));
                }
              });
      if (code != ExitCode.OK) {
        return code;
      }
    }
    return ExitCode.OK;
  }
}
