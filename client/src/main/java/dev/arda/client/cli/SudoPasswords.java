package dev.arda.client.cli;

import dev.arda.client.ArdaException;
import dev.arda.client.Failure;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * Passwords for {@code sudo} on hosts, for calls that are no operations: a call that lacks one
 * fails and says what to ask; it is made again with what was typed.
 */
final class SudoPasswords {

  private static final int ATTEMPTS = 3;

  private final Optional<OperationPrompts.Person> person;

  /** A call that may need a password. */
  interface Call<T> {
    /**
     * Makes it.
     *
     * @param password empty: none is known
     */
    T with(String password) throws InterruptedException;
  }

  /**
   * Passwords.
   *
   * @param person who knows them; empty: nobody can be asked
   */
  SudoPasswords(Optional<OperationPrompts.Person> person) {
    this.person = person;
  }

  /** Adds the option that forbids to ask. */
  static void addTo(CommandSpec spec) {
    Arguments.flag(spec, "--no-ask", "Fail where a password would be asked for.");
  }

  /** Passwords that are typed at the terminal of this process, if there is one. */
  static SudoPasswords of(Session session, ParseResult arguments) {
    boolean possible =
        !arguments.hasMatchedOption("--no-ask")
            && TerminalPassword.isPossible(session.environment());
    OperationPrompts.Person person =
        question -> {
          session.console().spinner().stop();
          try (var terminal = new TerminalPassword(session.environment())) {
            // ^C leaves the terminal as it was.
            session.interruption().onTrigger(terminal::close);
            return terminal.ask(question);
          }
        };
    return new SudoPasswords(possible ? Optional.of(person) : Optional.empty());
  }

  /**
   * Makes a call, and again with passwords as long as it wants another one.
   *
   * @throws ArdaException if it fails otherwise, nobody can be asked, or three passwords were wrong
   */
  <T> T ask(Call<T> call) throws InterruptedException {
    var password = "";
    for (int attempt = 0; true; attempt++) {
      try {
        return call.with(password);
      } catch (ArdaException e) {
        var question = e.failure().metadata().getOrDefault("question", "");
        if (question.isEmpty() || attempt == ATTEMPTS || person.isEmpty()) {
          throw e;
        }
        password =
            person
                .get()
                .password(attempt == 0 ? question : "That was not right. " + question)
                .orElseThrow(() ->
                    new ArdaException(
                        Failure.local(
                            e.failure().code(), e.reason(), "no password was given: " + question)));
      }
    }
  }
}
