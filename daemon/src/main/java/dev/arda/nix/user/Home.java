package dev.arda.nix.user;

import dev.arda.nix.core.CommandResult;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A home on some machine. Every method runs a script there, as the user whose home it is. Used by
 * one thread at a time.
 */
final class Home {

  /** Leaves a script that cannot do anything as this user. */
  private static final int UNSUITABLE = 64;

  /** Leaves a script that finds something in the way. */
  private static final int TAKEN = 65;

  /** Leaves a script that finds no place for secrets. */
  private static final int PLACELESS = 67;

  /** Leaves a script that finds nothing. */
  static final int ABSENT = 66;

  private final Shell shell;
  private final Account account;

  Home(Shell shell, Account account) {
    this.shell = shell;
    this.account = account;
  }

  /**
   * What is known of it.
   *
   * @throws UserException {@code USER_ACCOUNT_UNSUITABLE}
   */
  HomeState probe() {
    return HomeState.parse(run("probe", List.of()).outputText());
  }

  /**
   * What is looked at: what a generation would change against another one, and what is in its way.
   *
   * @param generation store path of it, or of a specialisation of it
   * @param before store path of the generation before; empty: there is none
   * @param store directory of the store
   * @param extension of backups; empty: none are made
   */
  record Looking(String generation, String before, String store, String extension) {

    /** For {@code before}: whatever the profile leads to. */
    static final String CURRENT = "current";

    List<String> arguments() {
      return List.of(generation, before, store, extension);
    }
  }

  /**
   * Looks; changes nothing.
   *
   * @throws UserException {@code GENERATION_MISSING}
   */
  Inspection inspect(Looking looking) {
    var result = shell.run(Scripts.of(account, "inspect", Scripts.SHORT, looking.arguments()));
    return inspected(looking, result);
  }

  private Inspection inspected(Looking looking, CommandResult result) {
    if (result.exitCode() == ABSENT) {
      throw missing(looking.generation() + "/activate");
    }
    check(result, "inspect");
    return Inspection.parse(result.outputText());
  }

  /**
   * What is known of a home, and what a generation would change in it.
   *
   * @param inspection finds out the latter
   */
  record Seen(HomeState state, Supplier<Inspection> inspection) {}

  /**
   * Probes and inspects at once.
   *
   * @throws UserException {@code USER_ACCOUNT_UNSUITABLE}; that the generation is missing says the
   *     inspection
   */
  Seen look(Looking looking) {
    var result =
        shell.run(
            Scripts.of(
                account, "probe", Scripts.SHORT, looking.arguments(), Scripts.text("inspect")));
    if (result.exitCode() != ABSENT) {
      check(result, "probe");
    }
    return new Seen(HomeState.parse(result.outputText()), () -> inspected(looking, result));
  }

  /**
   * How files differ from those of a generation, as {@code diff -u} tells it; changes nothing.
   *
   * @param paths only these, below the home directory; empty: all
   * @throws UserException {@code GENERATION_MISSING}
   */
  String compare(String generation, List<String> paths) {
    var arguments = new ArrayList<>(List.of(generation));
    arguments.addAll(paths);
    var result = shell.run(Scripts.of(account, "compare", Scripts.SHORT, arguments));
    if (result.exitCode() == ABSENT) {
      throw missing(generation + "/home-files");
    }
    check(result, "compare");
    return result.outputText();
  }

  private UserException missing(String path) {
    return new UserException(
        Reason.GENERATION_MISSING,
        "There is no %s on %s.".formatted(path, shell.name()),
        Details.NONE.with("path", path));
  }

  /**
   * Puts secrets where only the user can read them and no disk has them; an activation has them
   * used. They travel through standard input.
   *
   * @param record name of the directory that is made
   * @return absolute path of it
   * @throws UserException {@code USER_FILES_COLLIDE}: something is in the way of a link to one;
   *     {@code USER_ACCOUNT_UNSUITABLE}: there is no such place
   */
  String stage(String record, List<HomeSecret> secrets) {
    var lines = new StringBuilder();
    secrets.forEach(secret -> lines.append(secret.script()));
    var result =
        shell.run(
            Scripts.of(
                account,
                "stage",
                Scripts.SHORT,
                List.of(record),
                lines.append("staged").toString()));
    var said = result.outputText();
    if (result.exitCode() == TAKEN) {
      throw new UserException(
          Reason.USER_FILES_COLLIDE,
          "Something is in the way of the link to a secret, so nothing was changed: ~/"
              + word(said, "taken"),
          Details.NONE.with("user", account.user()));
    }
    if (result.exitCode() == PLACELESS) {
      var unsafe = word(said, "unsafe");
      throw Account.unsuitable(
          account.user().isEmpty() ? "who runs this" : account.user(),
          unsafe.isEmpty()
              ? "%s has no place for secrets that is never on a disk: the user has no XDG_RUNTIME_DIR, and /dev/shm is no tmpfs"
                  .formatted(shell.name())
              : "%s on %s, where secrets belong, is not the user's alone"
                  .formatted(unsafe, shell.name()));
    }
    if (result.exitCode() == UNSUITABLE) {
      throw unsuitable(said);
    }
    var staged = word(said, "staged");
    if (!result.succeeded() || staged.isEmpty()) {
      // What a shell says of lines that hold secrets is not repeated.
      throw new UserException(
          Reason.COMMAND_FAILED,
          "The secrets could not be put onto %s; the script ended with exit code %d. Nothing was changed."
              .formatted(shell.name(), result.exitCode()),
          Details.NONE.with("user", account.user()));
    }
    return staged;
  }

  /** Removes secrets that were staged and are not used. */
  void discard(String staged) {
    shell.run(Scripts.of(account, "discard", Scripts.SHORT, List.of(staged)));
  }

  private CommandResult run(String name, List<String> arguments) {
    var result = shell.run(Scripts.of(account, name, Scripts.SHORT, arguments));
    check(result, name);
    return result;
  }

  /** Fails unless a script succeeded; says why in the words of a person. */
  void check(CommandResult result, String script) {
    if (result.succeeded()) {
      return;
    }
    var said = result.outputText();
    if (result.exitCode() == UNSUITABLE) {
      throw unsuitable(said);
    }
    var words = TerminalText.strip(result.errorTail()).strip();
    if (!account.prefix().isEmpty() && said.isEmpty() && script.equals("probe")) {
      throw Account.unsuitable(account.user(), words.isEmpty() ? "it is not there" : words);
    }
    throw new UserException(
        Reason.COMMAND_FAILED,
        "The home of %s on %s cannot be handled: the script %s ended with exit code %d%s"
            .formatted(
                account.user().isEmpty() ? "the user" : account.user(),
                shell.name(),
                script,
                result.exitCode(),
                words.isEmpty() ? "" : ": " + words),
        Details.NONE.with("user", account.user()));
  }

  private UserException unsuitable(String said) {
    var causes = new ArrayList<String>();
    stranger(said).ifPresent(causes::add);
    if (said.startsWith("homeless\t")) {
      causes.add(
          "its home directory %s is not there on %s"
              .formatted(word(said, "homeless"), shell.name()));
    }
    if (said.startsWith("readonly\t")) {
      causes.add("it may not write to its home directory " + word(said, "readonly"));
    }
    return Account.unsuitable(
        account.user().isEmpty() ? "who runs this" : account.user(),
        causes.isEmpty() ? "the machine does not know it" : causes.getFirst());
  }

  private static Optional<String> stranger(String said) {
    return said.startsWith("stranger\t")
        ? Optional.of(
            "it would be done as %s; only root can do it as somebody else"
                .formatted(word(said, "stranger")))
        : Optional.empty();
  }

  private static String word(String said, String name) {
    return said.lines()
        .filter(line -> line.startsWith(name + "\t"))
        .map(line -> TerminalText.strip(line.substring(name.length() + 1)))
        .findFirst()
        .orElse("");
  }
}
