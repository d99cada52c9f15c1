package dev.arda.client.cli;

import com.google.protobuf.ByteString;
import dev.arda.v1.DeleteUserSecretRequest;
import dev.arda.v1.GetUserSecretRequest;
import dev.arda.v1.ListUserSecretsRequest;
import dev.arda.v1.RotateUserSecretsRequest;
import dev.arda.v1.SecretFile;
import dev.arda.v1.SetUserSecretRequest;
import dev.arda.v1.UserSecret;
import dev.arda.v1.UserSecretServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda user secrets list}, {@code set}, {@code get}, {@code rotate} and {@code delete}. */
final class UserSecretsCommand implements Command {

  /** More than any value may have, so that one that is too long is refused and not cut. */
  private static final int LONGEST = 64 * 1024 + 1;

  private final Kind kind;

  /** Which of them. */
  enum Kind {
    /** Tells which there are. */
    LIST,
    /** Gives one a value. */
    SET,
    /** Prints the value of one. */
    GET,
    /** Encrypts them anew. */
    ROTATE,
    /** Removes the value of one. */
    DELETE
  }

  UserSecretsCommand(Kind kind) {
    this.kind = kind;
  }

  @Override
  public void describe(CommandSpec spec) {
    var usage = spec.usageMessage();
    switch (kind) {
      case LIST -> {
        usage
            .header("Lists the secrets of a user.")
            .description(
                "", "Those that clan.core.users.USER.secrets declares; nothing is decrypted.", "");
        Arguments.words(spec, "USER", "1", "An entry of clan.core.users");
      }
      case SET -> {
        usage
            .header("Gives a secret of a user a value.")
            .description(
                "",
                "The value is read from standard input, byte for byte; on a terminal it is asked"
                    + " for and not shown. It is encrypted for everybody whom the flake names, and"
                    + " added to git.",
                "");
        Arguments.words(spec, "USER NAME", "2", "The user, and the secret");
      }
      case GET -> {
        usage
            .header("Prints the value of a secret of a user.")
            .description("", "As it was set, without a line's end of its own.", "");
        identity(spec);
        Arguments.words(spec, "USER NAME", "2", "The user, and the secret");
      }
      case ROTATE -> {
        usage
            .header("Encrypts secrets of a user anew, for those for whom they are now.")
            .description(
                "",
                "After the recipients in the flake have changed. Whoever has old files and an old"
                    + " key can still read those: change the values, too.",
                "");
        identity(spec);
        Arguments.words(
            spec, "USER [NAME…]", "1..*", "The user, and the secrets; without names all of them");
      }
      case DELETE -> {
        usage
            .header("Removes the value of a secret of a user.")
            .description("", "Its encrypted file goes, also from git's index.", "");
        Arguments.words(spec, "USER NAME", "2", "The user, and the secret");
      }
    }
  }

  /** Adds the option that names a file of keys. */
  static void identity(CommandSpec spec) {
    Arguments.option(
        spec,
        "--identity",
        "FILE",
        "File with your keys of age. Default: $XDG_CONFIG_HOME/arda/age/keys.txt.");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var words = Arguments.words(arguments);
    var user = words.getFirst();
    return switch (kind) {
      case LIST -> list(session, user);
      case SET -> set(session, user, words.get(1));
      case GET ->
          get(session, user, words.get(1), Arguments.path(session, arguments, "--identity"));
      case ROTATE ->
          rotate(
              session,
              user,
              words.subList(1, words.size()),
              Arguments.path(session, arguments, "--identity"));
      case DELETE -> delete(session, user, words.get(1));
    };
  }

  private static int list(Session session, String user) throws InterruptedException {
    var answers = new Answers(session);
    return answers.each(
        UserSecretServiceGrpc.getListUserSecretsMethod(),
        ListUserSecretsRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .setUser(user)
            .build(),
        answer -> {
          if (session.options().json()) {
            answer.getSecretsList().forEach(answers::json);
            return;
          }
          var rows = new ArrayList<List<String>>();
          if (session.console().outIsTerminal() && answer.getSecretsCount() > 0) {
            rows.add(List.of("NAME", "STATE", "HOSTS", "KEYS", "LINK"));
          }
          answer.getSecretsList().forEach(one -> rows.add(row(one)));
          Columns.print(session, rows);
          if (rows.isEmpty()) {
            answers.note("no secrets are declared");
          }
        });
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

  private static int set(Session session, String user, String name) throws InterruptedException {
    var value = value(session, user, name);
    var answers = new Answers(session);
    return answers.each(
        UserSecretServiceGrpc.getSetUserSecretMethod(),
        SetUserSecretRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .setUser(user)
            .setName(name)
            .setValue(value)
            .build(),
        answer -> {
          if (session.options().json()) {
            answers.json(answer);
          } else {
            print(session, answer.getFile());
          }
        });
  }

  private static ByteString value(Session session, String user, String name) {
    if (!session.console().canAsk()) {
      return session.console().input(LONGEST);
    }
    if (!TerminalPassword.isPossible(session.environment())) {
      throw new UsageException(
          "this terminal cannot hide what is typed; give the value through standard input");
    }
    try (var terminal = new TerminalPassword(session.environment())) {
      session.interruption().onTrigger(terminal::close);
      var first = terminal.ask("%s of %s".formatted(name, user));
      var second = first.isEmpty() ? first : terminal.ask("once more");
      if (first.isEmpty() || !first.equals(second)) {
        throw new UsageException(
            first.isEmpty() ? "nothing was typed" : "the two are not the same; nothing was done");
      }
      return ByteString.copyFromUtf8(first.get());
    }
  }

  private static int get(Session session, String user, String name, String identity)
      throws InterruptedException {
    var answers = new Answers(session);
    return answers.each(
        UserSecretServiceGrpc.getGetUserSecretMethod(),
        GetUserSecretRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .setUser(user)
            .setName(name)
            .setIdentity(identity)
            .build(),
        answer -> {
          if (session.options().json()) {
            answers.json(answer);
            return;
          }
          var value = answer.getValue();
          session.console().out().bytes(value);
          if (session.console().outIsTerminal()
              && (value.isEmpty() || value.byteAt(value.size() - 1) != '\n')) {
            session.console().out().text("\n");
          }
        });
  }

  private static int rotate(Session session, String user, List<String> names, String identity)
      throws InterruptedException {
    var answers = new Answers(session);
    return answers.each(
        UserSecretServiceGrpc.getRotateUserSecretsMethod(),
        RotateUserSecretsRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .setUser(user)
            .addAllNames(names)
            .setIdentity(identity)
            .build(),
        answer -> {
          if (session.options().json()) {
            answer.getFilesList().forEach(answers::json);
            return;
          }
          answer.getFilesList().forEach(file -> print(session, file));
          if (answer.getFilesCount() == 0) {
            answers.note("no secret has a value");
          }
        });
  }

  private static int delete(Session session, String user, String name) throws InterruptedException {
    var answers = new Answers(session);
    return answers.each(
        UserSecretServiceGrpc.getDeleteUserSecretMethod(),
        DeleteUserSecretRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .setUser(user)
            .setName(name)
            .build(),
        answer -> {
          if (session.options().json()) {
            answers.json(answer);
          } else {
            print(session, answer.getFile());
            answers.note("that it is declared is yours to take back");
          }
        });
  }

  private static void print(Session session, SecretFile file) {
    session.console().out().line(Style.safe(file.getPath()));
    if (!file.getTracked() && session.console().outIsTerminal()) {
      new Answers(session).note("the flake is in no git repository");
    }
  }
}
