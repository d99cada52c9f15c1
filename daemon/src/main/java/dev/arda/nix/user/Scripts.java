package dev.arda.nix.user;

import dev.arda.nix.remote.RemoteScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The scripts of this package: POSIX sh, beside this class. */
final class Scripts {

  /** For what looks or begins, and does not wait. */
  static final Duration SHORT = Duration.ofMinutes(2);

  /** For an activation. */
  static final Duration LONG = Duration.ofHours(12);

  private Scripts() {}

  /**
   * A script that is run for a home.
   *
   * @param account whose home
   * @param name name of the script's file, without its ending
   * @param arguments its arguments
   */
  static RemoteScript of(Account account, String name, Duration limit, List<String> arguments) {
    return of(account, name, limit, arguments, "");
  }

  /**
   * A script that is run for a home.
   *
   * @param more statements behind it
   */
  static RemoteScript of(
      Account account, String name, Duration limit, List<String> arguments, String more) {
    var all = new ArrayList<>(List.of(account.user(), account.home()));
    all.addAll(arguments);
    return new RemoteScript(
        text("account") + "\n" + text(name) + "\n" + more, all, account.prefix(), limit);
  }

  /** The text of a script. */
  static String text(String name) {
    return resource(name + ".sh");
  }

  /** The text of a file beside this class. */
  static String resource(String name) {
    try (var stream = Scripts.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("the distribution lacks " + name);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
