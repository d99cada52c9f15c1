package dev.arda.client.cli;

import dev.arda.client.Failure;
import io.grpc.Status;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The word of the user before something is done that cannot be taken back. */
final class Confirmation {

  /** The reason for which programs know that the user said no. */
  static final String NOT_CONFIRMED = "NOT_CONFIRMED";

  private Confirmation() {}

  /** Adds the option that says it. */
  static void addTo(CommandSpec spec) {
    Arguments.flag(spec, "--yes", "Do not ask before.");
  }

  /**
   * Whether it is to be done: {@code --yes} was given, or the name was typed.
   *
   * @param what happens, as a sentence; its foreign parts were made safe
   * @param name is to be typed
   * @throws UsageException if there is nobody to ask
   */
  static boolean given(Session session, ParseResult arguments, String what, String name) {
    if (arguments.hasMatchedOption("--yes")) {
      return true;
    }
    if (!session.console().canAsk()) {
      throw new UsageException(
          what + " Nobody can be asked here: give --yes if that is what you want");
    }
    session.console().spinner().stop();
    var answer =
        session
            .console()
            .ask(
                what
                    + " Type "
                    + session.console().style().strong(Style.safe(name))
                    + " to go on:");
    if (answer.filter(name::equals).isPresent()) {
      return true;
    }
    var message = "%s was not typed; nothing was done".formatted(Style.safe(name));
    session.console().message(message);
    session.json(
        JsonError.of(Failure.local(Status.Code.FAILED_PRECONDITION, NOT_CONFIRMED, message)));
    return false;
  }
}
