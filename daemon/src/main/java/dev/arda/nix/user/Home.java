package dev.arda.nix.user;

import dev.arda.nix.core.CommandResult;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import dev.arda.nix.types.UserException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

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
  private static final int ABSENT = 66;

  private static final int BUSY = 75;
  private static final char MARK = '\u0001';

  /** How often a connection that breaks while an activation goes on is made again. */
  private static final int RECONNECTIONS = 5;

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
   * What a generation would change; changes nothing.
   *
   * @param generation store path of it, or of a specialisation of it
   * @param before store path of the generation before; empty: there is none
   * @param store directory of the store
   * @param extension of backups; empty: none are made
   * @throws UserException {@code GENERATION_MISSING}
   */
  Inspection inspect(String generation, String before, String store, String extension) {
    var result =
        shell.run(
            Scripts.of(
                account, "inspect", Scripts.SHORT, List.of(generation, before, store, extension)));
    if (result.exitCode() == ABSENT) {
      throw missing(generation + "/activate");
    }
    check(result, "inspect");
    return Inspection.parse(result.outputText());
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
   * What an activation does.
   *
   * @param record name of its record: digits and lower-case letters, unique
   * @param generation store path
   * @param specialisation empty: none
   * @param nixEnv the program
   * @param number generation to make current; empty: a new one, unless it is current already
   * @param moves what becomes of files in the way
   * @param secrets directory of secrets that were {@linkplain #stage staged}; empty: those in use
   *     stay
   */
  record Activation(
      String record,
      String generation,
      String specialisation,
      String nixEnv,
      String number,
      List<Move> moves,
      String secrets) {

    /** Copies the list. */
    Activation {
      moves = List.copyOf(moves);
    }
  }

  /** What becomes of a file in the way. */
  record Move(Collision.Policy policy, String extension, String path) {
    private String line() {
      return (policy == Collision.Policy.BACK_UP ? "backup" : "overwrite")
          + "\t"
          + (extension.isEmpty() ? "-" : extension)
          + "\t"
          + path
          + "\n";
    }
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

  /**
   * Begins an activation, which then goes on whatever becomes of this process.
   *
   * @return empty if it began; else the name of the record of the one that goes on already, which
   *     may be empty
   */
  Optional<String> begin(Activation activation) {
    var moves = new StringBuilder();
    activation.moves().forEach(move -> moves.append(move.line()));
    var result =
        shell.run(
            Scripts.of(
                account,
                "begin",
                Scripts.SHORT,
                List.of(
                    activation.record(),
                    Scripts.text("driver"),
                    moves.toString(),
                    activation.generation(),
                    activation.specialisation(),
                    activation.nixEnv(),
                    activation.number(),
                    activation.secrets())));
    if (result.exitCode() == BUSY) {
      return Optional.of(word(result.outputText(), "busy"));
    }
    check(result, "begin");
    return Optional.empty();
  }

  /**
   * Waits until an activation has ended. Not interruptible: an interrupt is kept for the caller.
   *
   * @param lines hears what it prints
   * @param restoring is run when it has failed: what is printed from then on is of what was before
   */
  Ending follow(String record, Consumer<String> lines, Runnable restoring) {
    var hearing = new Hearing(lines, restoring);
    boolean interrupted = false;
    int broken = 0;
    try {
      while (true) {
        interrupted |= Thread.interrupted();
        hearing.again();
        try {
          var result =
              shell.run(Scripts.of(account, "follow", Scripts.LONG, List.of(record, "0")), hearing);
          check(result, "follow");
          return Ending.of(hearing.status());
        } catch (CommandException e) {
          if (e.reason() != Reason.CANCELLED || !Thread.interrupted()) {
            throw e;
          }
          interrupted = true;
        } catch (SystemException e) {
          broken++;
          if (broken > RECONNECTIONS) {
            throw e;
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Hears an activation, which may be told again from its beginning. */
  private static final class Hearing implements OutputListener {
    private final Consumer<String> lines;
    private final Runnable restoring;
    private final Map<String, String> status = new HashMap<>();
    private int told;
    private int line;
    private int blank;

    Hearing(Consumer<String> lines, Runnable restoring) {
      this.lines = lines;
      this.restoring = restoring;
    }

    synchronized void again() {
      status.clear();
      line = 0;
      blank = 0;
    }

    synchronized Map<String, String> status() {
      return Map.copyOf(status);
    }

    @Override
    public synchronized void standardOutput(String text) {
      if (text.isEmpty()) {
        blank++; // a mark begins with a line's end
      } else if (text.charAt(0) == MARK) {
        int tab = text.indexOf('\t');
        if (tab > 0) {
          mark(text.substring(1, tab), text.substring(tab + 1));
        }
      } else {
        for (; blank > 0; blank--) {
          tell("");
        }
        tell(text);
      }
    }

    private void mark(String name, String value) {
      blank = Math.max(0, blank - 1);
      if (name.equals("restoring")) {
        restoring.run();
      } else {
        status.put(name, value);
      }
    }

    private void tell(String text) {
      if (line++ >= told) {
        told = line;
        lines.accept(text);
      }
    }
  }

  private CommandResult run(String name, List<String> arguments) {
    var result = shell.run(Scripts.of(account, name, Scripts.SHORT, arguments));
    check(result, name);
    return result;
  }

  private void check(CommandResult result, String script) {
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
