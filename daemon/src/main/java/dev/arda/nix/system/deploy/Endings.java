package dev.arda.nix.system.deploy;

import dev.arda.nix.system.deploy.Activation.Outcome;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an activation came to: what the target says of itself, never a guess.
 *
 * @param ending how it ended
 * @param newlyFailed units that failed since
 * @param failure why it is not as was wished; empty: it is
 */
record Endings(Ending ending, List<String> newlyFailed, Optional<SystemException> failure) {

  /** What the agent has reached when nothing was activated. */
  private static final Set<String> BEFORE_ANYTHING = Set.of("", "starting");

  /** Copies the list. */
  Endings {
    newlyFailed = List.copyOf(newlyFailed);
  }

  /**
   * Understands an outcome.
   *
   * @param host for messages
   * @param before what the target was
   * @param wanted store path that was to run
   */
  static Endings of(
      String host, DeployMode mode, TargetFacts before, String wanted, Outcome outcome) {
    var ending = understood(host, mode, before, wanted, outcome);
    return outcome.isFull() ? ending.saying(" No room is left in its /run.") : ending;
  }

  private Endings saying(String more) {
    return new Endings(
        ending,
        newlyFailed,
        failure.map(
            why -> new SystemException(why.reason(), why.getMessage() + more, Details.NONE)));
  }

  private static Endings understood(
      String host, DeployMode mode, TargetFacts before, String wanted, Outcome outcome) {
    var failed = new ArrayList<>(outcome.failedUnits());
    failed.removeAll(before.failedUnits());
    return switch (outcome.result()) {
      case "done" -> good(outcome, failed);
      case "tried" ->
          outcome.code() == 0
              ? good(outcome, List.of())
              : bad(
                  Ending.FAILED,
                  Reason.ACTIVATION_FAILED,
                  "%s cannot be activated: the dry run ended with %d%s."
                      .formatted(host, outcome.code(), words(outcome)));
      case "failed" ->
          mode.activates()
              ? bad(
                  Ending.ROLLED_BACK,
                  Reason.ACTIVATION_FAILED,
                  "The new system of %s failed%s%s. The one before runs again, and the profile is as it was."
                      .formatted(host, code(outcome), words(outcome)))
              : bad(
                  Ending.FAILED,
                  Reason.ACTIVATION_FAILED,
                  "The system of %s cannot be made the one that is booted%s%s. The profile is as it was."
                      .formatted(host, code(outcome), words(outcome)));
      case "unconfirmed" ->
          bad(
              Ending.ROLLED_BACK,
              Reason.ACTIVATION_UNCONFIRMED,
              "With its new system %s could not be reached in time. It went back by itself; the one before runs again."
                  .formatted(host));
      case "rejected" ->
          bad(
              Ending.ROLLED_BACK,
              Reason.HEALTH_CHECK_FAILED,
              "With its new system %s is not well: %s. The one before runs again, and the profile is as it was."
                  .formatted(
                      host,
                      outcome.unhealthy().orElse("a check failed").replaceFirst("[.\\s]+$", "")));
      case "rejected-stuck" ->
          bad(
              Ending.STUCK,
              Reason.HEALTH_CHECK_FAILED,
              "With its new system %s is not well: %s. And %s: %s runs. Look at it."
                  .formatted(
                      host,
                      outcome.unhealthy().orElse("a check failed").replaceFirst("[.\\s]+$", ""),
                      noWayBack(before),
                      outcome.current().orElse("no system")));
      case "failed-stuck", "unconfirmed-stuck" ->
          bad(
              Ending.STUCK,
              Reason.ACTIVATION_FAILED,
              "The new system of %s failed%s%s, and %s: %s runs. Look at it."
                  .formatted(
                      host,
                      code(outcome),
                      words(outcome),
                      noWayBack(before),
                      outcome.current().orElse("no system")));
      case "locked" ->
          bad(
              Ending.REFUSED,
              Reason.HOST_BUSY,
              "%s is being deployed to by somebody else.".formatted(host));
      case "refused" ->
          bad(
              Ending.REFUSED,
              Reason.HOST_UNFIT,
              "%s cannot be activated%s.".formatted(wanted, words(outcome)));
      case "absent" ->
          bad(
              Ending.FAILED,
              Reason.ACTIVATION_FAILED,
              "The activation could not be begun on %s%s. Nothing was changed."
                  .formatted(host, words(outcome)));
      default -> reconciled(host, mode, before, wanted, outcome);
    };
  }

  private static String noWayBack(TargetFacts before) {
    return before.current().isPresent()
        ? "the one before could not be activated again"
        : "there was none before to go back to";
  }

  private static Endings good(Outcome outcome, List<String> failed) {
    var ending =
        outcome.code() == 100
            ? Ending.DONE_REBOOT_NEEDED
            : outcome.code() == 4 || !failed.isEmpty()
                ? Ending.DONE_WITH_FAILED_UNITS
                : Ending.DONE;
    return new Endings(ending, failed, Optional.empty());
  }

  /** The agent is gone without a word, or the target could not be asked. */
  private static Endings reconciled(
      String host, DeployMode mode, TargetFacts before, String wanted, Outcome outcome) {
    if (outcome.current().isPresent()) {
      var now = outcome.current().get();
      if (now.equals(wanted) && outcome.profile().filter(wanted::equals).isPresent()) {
        return good(outcome, List.of());
      }
      if (before.current().filter(now::equals).isPresent()
          && outcome.profile().equals(before.profile())) {
        return mode.activates() && !BEFORE_ANYTHING.contains(outcome.reached())
            ? bad(
                Ending.UNKNOWN,
                Reason.ACTIVATION_UNKNOWN,
                "The activation on %s was ended in the middle (%s). The system before runs, and the profile is as it was, but what had begun may have changed services. Look at it."
                    .formatted(host, outcome.reached()))
            : bad(
                Ending.FAILED,
                Reason.ACTIVATION_FAILED,
                "The activation on %s ended early. What ran before runs, and the profile is as it was."
                    .formatted(host));
      }
    }
    return bad(
        Ending.UNKNOWN,
        Reason.ACTIVATION_UNKNOWN,
        switch (outcome.result()) {
          case "lost" ->
              "%s could not be reached any more; whether it runs the new system is not known. Unless that was confirmed, it goes back by itself. arda host status %s tells."
                  .formatted(host, host);
          case "hung" ->
              "The scripts of the new system do not end on %s%s. They go on there, and nothing else is activated meanwhile; `systemctl list-units 'arda-d-*'` shows them, and stopping that unit ends them."
                  .formatted(host, words(outcome));
          default ->
              "The activation on %s ended early, and it is between two systems: it runs %s, and boots %s. Look at it."
                  .formatted(
                      host,
                      outcome.current().orElse("what is not known"),
                      outcome.profile().orElse("what is not known"));
        });
  }

  private static Endings bad(Ending ending, Reason reason, String message) {
    return new Endings(
        ending, List.of(), Optional.of(new SystemException(reason, message, Details.NONE)));
  }

  private static String code(Outcome outcome) {
    return outcome.code() == 0 ? "" : " (exit code " + outcome.code() + ")";
  }

  private static String words(Outcome outcome) {
    return outcome
        .lastWords()
        .lines()
        .takeWhile(line -> !line.startsWith("going back to"))
        .filter(line -> !line.isBlank() && !line.startsWith("switch-to-configuration ended"))
        .reduce((_, second) -> second)
        .map(line -> ": " + line.strip().replaceFirst("[.\\s]+$", ""))
        .orElse("");
  }
}
