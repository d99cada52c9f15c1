package dev.arda.client.cli;

import com.google.protobuf.Message;
import picocli.CommandLine.ParseResult;

/**
 * A change that is shown first, and made when the user agrees: by typing a name, or with {@code
 * --yes}. With {@code --dry-run} it is only shown.
 *
 * @param <P> what the daemon tells of the change, before and after
 */
interface PlannedChange<P extends Message> {

  /** What would change. */
  P plan() throws InterruptedException;

  /** Whether there is anything to change. */
  boolean changes(P plan);

  /** Shows it to a person. */
  void print(P plan);

  /**
   * What happens, as a sentence whose foreign parts were made safe; empty: nothing that the user
   * would have to agree to.
   */
  String warning(P plan);

  /** What is to be typed. */
  String name(P plan);

  /** Makes the change, as it was shown. */
  P make(P plan) throws InterruptedException;

  /** Tells a person that it was made; returns the exit code. */
  int made(P done);

  /** All of that; returns the exit code. */
  static <P extends Message> int run(
      Session session, ParseResult arguments, PlannedChange<P> change) throws InterruptedException {
    var plan = change.plan();
    boolean over = arguments.hasMatchedOption("--dry-run") || !change.changes(plan);
    var answers = new Answers(session);
    if (!session.options().json()) {
      change.print(plan);
    } else if (over) {
      answers.json(plan);
    }
    session.console().out().flush();
    if (over) {
      return ExitCode.OK;
    }
    var warning = change.warning(plan);
    if (!warning.isEmpty() && !Confirmation.given(session, arguments, warning, change.name(plan))) {
      return ExitCode.FAILED;
    }
    var done = change.make(plan);
    if (session.options().json()) {
      answers.json(done);
      session.console().out().flush();
    }
    return change.made(done);
  }
}
