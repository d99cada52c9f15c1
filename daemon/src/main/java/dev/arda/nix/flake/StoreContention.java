package dev.arda.nix.flake;

import java.util.regex.Pattern;

/**
 * Failures of Nix that pass by themselves: processes that use a store for the first time at the
 * same moment all create its directories, links and database, and those that come second may fail.
 */
final class StoreContention {

  /** How often a command is run at most; each run takes tens of milliseconds, a set-up not more. */
  static final int ATTEMPTS = 8;

  private static final Pattern SETTING_UP =
      Pattern.compile(
          "creating symlink '[^']*' -> '[^']*': File exists|SQLite database '[^']*' is busy");

  private StoreContention() {}

  /** Whether a command failed for no other reason. */
  static boolean causedFailure(NixCalls.Said said) {
    return !said.result().succeeded() && SETTING_UP.matcher(said.error().message()).find();
  }
}
