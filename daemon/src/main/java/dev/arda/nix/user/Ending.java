package dev.arda.nix.user;

import java.util.Map;
import java.util.OptionalLong;

/**
 * How an activation ended.
 *
 * @param stage the last stage it reached
 * @param exitCode of the program that failed; 0 if none did
 * @param restored whether everything was put back after a failure
 * @param before number of the generation that was current before; empty: none was
 * @param current number of the generation that is current now; empty: none is
 */
public record Ending(
    Stage stage, int exitCode, boolean restored, OptionalLong before, OptionalLong current) {

  /** Stages of an activation, in their order. */
  public enum Stage {
    /** A {@code nix-env} that the user may run is looked for. */
    TOOLS,
    /** Files in the way are moved. */
    MOVE,
    /** Secrets take the place of those in use. */
    SECRETS,
    /** The generation's own program runs. */
    ACTIVATE,
    /** The profile is made to lead to the generation. */
    PROFILE,
    /** It is looked whether it does. */
    VERIFY,
    /** All went well. */
    DONE,
    /** The activation was ended from outside; what it had done is not known. */
    VANISHED
  }

  /** Whether all went well. */
  public boolean succeeded() {
    return stage == Stage.DONE;
  }

  /** Reads what {@code driver.sh} leaves. */
  static Ending of(Map<String, String> status) {
    return new Ending(
        switch (status.getOrDefault("stage", "")) {
          case "tools" -> Stage.TOOLS;
          case "move" -> Stage.MOVE;
          case "secrets" -> Stage.SECRETS;
          case "activate" -> Stage.ACTIVATE;
          case "profile" -> Stage.PROFILE;
          case "verify" -> Stage.VERIFY;
          case "done" -> Stage.DONE;
          default -> Stage.VANISHED;
        },
        (int) number(status.getOrDefault("exit", "0")),
        status.getOrDefault("restored", "").equals("yes"),
        generation(status.getOrDefault("before", "")),
        generation(status.getOrDefault("current", "")));
  }

  private static OptionalLong generation(String text) {
    return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(number(text));
  }

  /** A number that a script printed; 0 if it is none. */
  static long number(String text) {
    return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : 0;
  }
}
