package dev.arda.client.cli;

import com.google.protobuf.ByteString;
import dev.arda.v1.DeleteUserSecretRequest;
import dev.arda.v1.GetUserSecretRequest;
import dev.arda.v1.ListUserSecretsRequest;
import dev.arda.v1.ListUserSecretsResponse;
import dev.arda.v1.RotateUserSecretsRequest;
import dev.arda.v1.RotateUserSecretsResponse;
import dev.arda.v1.SecretFile;
import dev.arda.v1.SetUserSecretRequest;
import dev.arda.v1.UserSecret;
import dev.arda.v1.UserSecretServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda user secrets …}: what a flake holds encrypted for people. */
final class UserSecretCommands {

  private UserSecretCommands() {}

  /** Adds the option that names a file of keys. */
  static void identity(CommandSpec spec) {
    Arguments.option(
        spec,
        "--identity",
        "FILE",
        "File with your keys of age. Default: $XDG_CONFIG_HOME/arda/age/keys.txt.");
  }

  /** Which one is meant: the two words of a command about one secret. */
  private record Which(String user, String name) {

    static void describe(CommandSpec spec) {
      Arguments.words(spec, "USER NAME", "2", "The user, and the secret");
    }

    static Which of(ParseResult arguments) {
      var words = Arguments.words(arguments);
      return new Which(words.get(0), words.get(1));
    }
  }

  private static void print(Session session, SecretFile file) {
    session.console().out().line(Style.safe(file.getPath()));
    if (!file.getTracked() && session.console().outIsTerminal()) {
      new Answers(session).note("the flake is in no git repository");
    }
  }

  /** {@code arda user secrets list}. */
  static final class Listing implements Command {

    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage()
          .header("Lists the secrets of a user.")
          .description(
              "", "Those that clan.core.users.USER.secrets declares; nothing is decrypted.", "");
      Arguments.words(spec, "USER", "1", "An entry of clan.core.users");
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      return new Answers(session)
          .print(
              UserSecretServiceGrpc.getListUserSecretsMethod(),
              ListUserSecretsRequest.newBuilder()
                  .setContext(session.context())
                  .setFlake(session.options().flake())
                  .setUser(Arguments.words(arguments).getFirst())
                  .build(),
              ListUserSecretsResponse::getSecretsList,
              answer -> table(session, answer.getSecretsList()));
    }

    private static void table(Session session, List<UserSecret> secrets) {
      if (secrets.isEmpty()) {
        new Answers(session).note("no secrets are declared");
        return;
      }
      var rows = new ArrayList<List<String>>();
      if (session.console().outIsTerminal()) {
        rows.add(List.of("NAME", "STATE", "HOSTS", "KEYS", "LINK"));
      }
      secrets.forEach(one -> rows.add(row(one)));
      Columns.print(session, rows);
    }

    private static List<String> row(UserSecret one) {
      return List.of(
          one.getName(),
          switch (one.getState()) {
            case USER_SECRET_STATE_UNSET -> "not set";
            case USER_SECRET_STATE_SET -> "set";
            case USER_SECRET_STATE_STALE -> "rotate it";
            case USER_SECRET_STATE_DAMAGED -> "damaged";
            case USER_SECRET_STATE_UNDECLARED -> "not declared";
            case USER_SECRET_STATE_UNSPECIFIED, UNRECOGNIZED -> "?";
          },
          one.getHostsCount() == 0 ? "all" : String.join(" ", one.getHostsList()),
          Integer.toString(one.getRecipients()),
          one.getPath().isEmpty() ? "" : "~/" + one.getPath());
    }
  }

  /** {@code arda user secrets set}. */
  static final class Setting implements Command {

    /** More than any value may have, so that one that is too long is refused and not cut. */
    private static final int LONGEST = 64 * 1024 + 1;

    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage()
          .header("Gives a secret of a user a value.")
          .description(
              "",
              "The value is read from standard input, byte for byte; on a terminal it is asked for"
                  + " and not shown. It is encrypted for everybody whom the flake names, and added"
                  + " to git.",
              "");
      Which.describe(spec);
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      var which = Which.of(arguments);
      return new Answers(session)
          .print(
              UserSecretServiceGrpc.getSetUserSecretMethod(),
              SetUserSecretRequest.newBuilder()
                  .setContext(session.context())
                  .setFlake(session.options().flake())
                  .setUser(which.user())
                  .setName(which.name())
                  .setValue(value(session, which))
                  .build(),
              List::of,
              answer -> UserSecretCommands.print(session, answer.getFile()));
    }

    private static ByteString value(Session session, Which which) {
      if (!session.console().canAsk()) {
        return session.console().input(LONGEST);
      }
      if (!TerminalPassword.isPossible(session.environment())) {
        throw new UsageException(
            "this terminal cannot hide what is typed; give the value through standard input");
      }
      try (var terminal = new TerminalPassword(session.environment())) {
        session.interruption().onTrigger(terminal::close);
        var first = terminal.ask("%s of %s".formatted(which.name(), which.user()));
        var second = first.isEmpty() ? first : terminal.ask("once more");
        if (first.isEmpty() || !first.equals(second)) {
          throw new UsageException(
              first.isEmpty() ? "nothing was typed" : "the two are not the same; nothing was done");
        }
        return ByteString.copyFromUtf8(first.get());
      }
    }
  }

  /** {@code arda user secrets get}. */
  static final class Getting implements Command {

    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage()
          .header("Prints the value of a secret of a user.")
          .description("", "As it was set, without a line's end of its own.", "");
      identity(spec);
      Which.describe(spec);
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      var which = Which.of(arguments);
      return new Answers(session)
          .print(
              UserSecretServiceGrpc.getGetUserSecretMethod(),
              GetUserSecretRequest.newBuilder()
                  .setContext(session.context())
                  .setFlake(session.options().flake())
                  .setUser(which.user())
                  .setName(which.name())
                  .setIdentity(Arguments.path(session, arguments, "--identity"))
                  .build(),
              List::of,
              answer -> show(session, answer.getValue()));
    }

    private static void show(Session session, ByteString value) {
      session.console().out().bytes(value);
      if (session.console().outIsTerminal()
          && (value.isEmpty() || value.byteAt(value.size() - 1) != '\n')) {
        session.console().out().text("\n");
      }
    }
  }

  /** {@code arda user secrets rotate}. */
  static final class Rotating implements Command {

    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage()
          .header("Encrypts secrets of a user anew, for those for whom they are now.")
          .description(
              "",
              "After the recipients in the flake have changed. Whoever has old files and an old key"
                  + " can still read those: change the values, too.",
              "");
      identity(spec);
      Arguments.words(
          spec, "USER [NAME…]", "1..*", "The user, and the secrets; without names all of them");
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      var words = Arguments.words(arguments);
      return new Answers(session)
          .print(
              UserSecretServiceGrpc.getRotateUserSecretsMethod(),
              RotateUserSecretsRequest.newBuilder()
                  .setContext(session.context())
                  .setFlake(session.options().flake())
                  .setUser(words.getFirst())
                  .addAllNames(words.subList(1, words.size()))
                  .setIdentity(Arguments.path(session, arguments, "--identity"))
                  .build(),
              RotateUserSecretsResponse::getFilesList,
              answer -> {
                answer.getFilesList().forEach(file -> UserSecretCommands.print(session, file));
                if (answer.getFilesCount() == 0) {
                  new Answers(session).note("no secret has a value");
                }
              });
    }
  }

  /** {@code arda user secrets delete}. */
  static final class Deleting implements Command {

    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage()
          .header("Removes the value of a secret of a user.")
          .description("", "Its encrypted file goes, also from git's index.", "");
      Which.describe(spec);
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      var which = Which.of(arguments);
      return new Answers(session)
          .print(
              UserSecretServiceGrpc.getDeleteUserSecretMethod(),
              DeleteUserSecretRequest.newBuilder()
                  .setContext(session.context())
                  .setFlake(session.options().flake())
                  .setUser(which.user())
                  .setName(which.name())
                  .build(),
              List::of,
              answer -> {
                UserSecretCommands.print(session, answer.getFile());
                new Answers(session).note("that it is declared is yours to take back");
              });
    }
  }
}
