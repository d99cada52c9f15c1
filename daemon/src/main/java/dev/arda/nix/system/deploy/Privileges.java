package dev.arda.nix.system.deploy;

import dev.arda.nix.core.TerminalText;
import dev.arda.nix.remote.Elevation;
import dev.arda.nix.remote.RemoteScript;
import dev.arda.nix.remote.Secret;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.system.deploy.TargetFacts.Privilege;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Becomes somebody on a target who may change its system, asking for a password if need be. */
final class Privileges {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final int ATTEMPTS = 3;

  /** What {@code sudo}, or PAM behind it, says of a password that is wrong. */
  private static final Pattern WRONG =
      Pattern.compile(
          "try again|incorrect password|no password was provided|authentication fail|maximum \\d+"
              + " incorrect",
          Pattern.CASE_INSENSITIVE);

  private Privileges() {}

  /**
   * How scripts are run on a target.
   *
   * @param label the host and its target, for messages
   * @param canAsk whether there is a person to ask
   * @param questions asks for a password; empty: there is none
   * @throws SystemException {@code PASSWORD_REQUIRED}, {@code PASSWORD_REJECTED}; {@code
   *     HOST_UNFIT} if the user may not do so with any password
   */
  static Elevation of(
      String label,
      TargetFacts facts,
      Shell shell,
      boolean canAsk,
      Function<String, Optional<Secret>> questions) {
    if (facts.privilege() != Privilege.SUDO_PASSWORD) {
      return facts.elevation();
    }
    var question = question(label, facts);
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      var password =
          questions
              .apply(attempt == 1 ? question : "That was not right. " + question)
              .orElseThrow(() -> canAsk ? notGiven(label, facts) : required(label, facts));
      var elevation = tried(label, facts, shell, password);
      if (elevation.isPresent()) {
        return elevation.get();
      }
    }
    throw new SystemException(
        Reason.PASSWORD_REJECTED,
        "sudo on %s does not take the password of %s; %d were tried."
            .formatted(label, facts.user(), ATTEMPTS),
        Details.NONE);
  }

  /**
   * How scripts are run on a target where nothing can be asked in the middle: whoever calls asks a
   * person, and then calls again. What to ask is in the metadata of the failure, {@code question}.
   *
   * @param password empty: not known
   * @throws SystemException as {@link #of}
   */
  static Elevation of(String label, TargetFacts facts, Shell shell, Optional<Secret> password) {
    if (facts.privilege() != Privilege.SUDO_PASSWORD) {
      return facts.elevation();
    }
    if (password.isEmpty()) {
      throw required(label, facts);
    }
    return tried(label, facts, shell, password.get())
        .orElseThrow(() ->
            new SystemException(
                Reason.PASSWORD_REJECTED,
                "sudo on %s does not take the password of %s.".formatted(label, facts.user()),
                Details.NONE.with("question", question(label, facts))));
  }

  private static String question(String label, TargetFacts facts) {
    return "Password of %s for sudo on %s".formatted(facts.user(), label);
  }

  private static SystemException notGiven(String label, TargetFacts facts) {
    return new SystemException(
        Reason.PASSWORD_REQUIRED,
        "sudo on %s asks %s for a password, and no password was given."
            .formatted(label, facts.user()),
        Details.NONE);
  }

  private static SystemException required(String label, TargetFacts facts) {
    return new SystemException(
        Reason.PASSWORD_REQUIRED,
        "sudo on %s asks %s for a password, and nobody is there to give it. Run this from a terminal, log in as root, or allow sudo without a password."
            .formatted(label, facts.user()),
        Details.NONE.with("question", question(label, facts)));
  }

  /** Becomes somebody by a password; empty: it is wrong. */
  private static Optional<Elevation> tried(
      String label, TargetFacts facts, Shell shell, Secret password) {
    if (password.text().chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
      return Optional.empty(); // none can be typed at a terminal, and sudo would read a part of it
    }
    var elevation = Elevation.sudo(password);
    var result = shell.run(RemoteScript.tryOut(elevation, LIMIT));
    if (result.succeeded()) {
      return Optional.of(elevation);
    }
    var words = TerminalText.strip(result.errorTail()).strip();
    if (!WRONG.matcher(words).find()) {
      throw new SystemException(
          Reason.HOST_UNFIT,
          "%s, who logs in on %s, may not use sudo: %s"
              .formatted(facts.user(), label, words.lines().reduce((_, last) -> last).orElse("")),
          Details.NONE);
    }
    return Optional.empty();
  }
}
