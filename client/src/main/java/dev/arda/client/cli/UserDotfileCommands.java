package dev.arda.client.cli;

import dev.arda.v1.AdoptDotfileRequest;
import dev.arda.v1.AdoptDotfileResponse;
import dev.arda.v1.ApplyMode;
import dev.arda.v1.ApplyUserRequest;
import dev.arda.v1.ApplyUserResponse;
import dev.arda.v1.CompareDotfilesRequest;
import dev.arda.v1.Dotfile;
import dev.arda.v1.ListDotfilesRequest;
import dev.arda.v1.ListDotfilesResponse;
import dev.arda.v1.UserServiceGrpc;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda user dotfiles …}: the files of a user's environment. */
final class UserDotfileCommands {

  private UserDotfileCommands() {}

  /** The paths below the home directory that the words behind the user mean. */
  private static List<String> paths(Session session, ParseResult arguments) {
    return Arguments.words(arguments).stream().skip(1).map(text -> below(session, text)).toList();
  }

  /** A path below the home directory, also where it was written as an absolute one. */
  private static String below(Session session, String text) {
    var home = session.environment().variables().getOrDefault("HOME", "");
    if (text.startsWith("/") && !home.isEmpty() && Path.of(text).startsWith(home)) {
      return Path.of(home).relativize(Path.of(text)).toString();
    }
    return text.startsWith("~/") ? text.substring(2) : text;
  }

  /** {@code arda user dotfiles list}. */
  static final class Listing implements Command {

    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage()
          .header("Lists the files of a user's environment, and where they come from.")
          .description("", "Builds nothing.", "");
      Arguments.words(spec, "USER", "1", "A user of the flake");
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      return new Answers(session)
          .print(
              UserServiceGrpc.getListDotfilesMethod(),
              ListDotfilesRequest.newBuilder()
                  .setContext(session.context())
                  .setFlake(session.options().flake())
                  .setUser(Arguments.words(arguments).getFirst())
                  .build(),
              ListDotfilesResponse::getDotfilesList,
              answer ->
                  Columns.print(
                      session, answer.getDotfilesList().stream().map(Listing::row).toList()));
    }

    private static List<String> row(Dotfile one) {
      return List.of(one.getPath(), one.getOrigin().isEmpty() ? one.getSource() : one.getOrigin());
    }
  }

  /** {@code arda user dotfiles diff}. */
  static final class Comparing implements Command {

    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage()
          .header("Shows how files of the home differ from those of the environment.")
          .description("", "Builds the environment, and changes nothing.", "");
      OperationViews.Wish.addTo(spec);
      Arguments.words(
          spec, "USER [FILE…]", "1..*", "A user of the flake, and paths below the home");
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      var user = Arguments.words(arguments).getFirst();
      var built = new AtomicReference<>("");
      var code = build(session, arguments, user, built);
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
                  .addAllPaths(paths(session, arguments))
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

    private static int build(
        Session session, ParseResult arguments, String user, AtomicReference<String> built)
        throws InterruptedException {
      var request =
          ApplyUserRequest.newBuilder()
              .setContext(session.context())
              .setFlake(session.options().flake())
              .addUsers(user)
              .setMode(ApplyMode.APPLY_MODE_BUILD)
              .setRequestId(UUID.randomUUID().toString())
              .build();
      return new Answers(session)
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
    }

    private static String coloured(Session session, String line) {
      var safe = Style.safe(line);
      if (!session.console().outIsTerminal() || line.isEmpty()) {
        return safe;
      }
      var style = session.console().style();
      return switch (line.charAt(0)) {
        case '+' -> style.good(safe);
        case '-' -> style.error(safe);
        case '@' -> style.faint(safe);
        default -> safe;
      };
    }
  }

  /** {@code arda user dotfiles adopt}. */
  static final class Adopting implements Command {

    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage()
          .header("Takes files of the home into the flake, and has git know them.")
          .description(
              "",
              "A file that clan.core.users declares goes where it says; another one goes below"
                  + " users/USER/dotfiles, and arda says what to write into the flake. The file in"
                  + " the home stays until the environment is applied.",
              "");
      Arguments.words(spec, "USER FILE…", "2..*", "A user of the flake, and paths below the home");
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      for (var path : paths(session, arguments)) {
        var code =
            new Answers(session)
                .print(
                    UserServiceGrpc.getAdoptDotfileMethod(),
                    AdoptDotfileRequest.newBuilder()
                        .setContext(session.context())
                        .setFlake(session.options().flake())
                        .setUser(Arguments.words(arguments).getFirst())
                        .setPath(path)
                        .build(),
                    List::of,
                    answer -> told(session, answer));
        if (code != ExitCode.OK) {
          return code;
        }
      }
      return ExitCode.OK;
    }

    private static void told(Session session, AdoptDotfileResponse answer) {
      session.console().out().line(Style.safe(answer.getFile()));
      if (!answer.getTracked()) {
        new Answers(session).note("the flake is in no git repository, so it was only copied");
      }
      if (!answer.getDeclaration().isEmpty()) {
        session
            .console()
            .message("write into the flake:\n  " + Style.safe(answer.getDeclaration()));
      }
    }
  }
}
