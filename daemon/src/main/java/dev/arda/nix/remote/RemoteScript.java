package dev.arda.nix.remote;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A script for {@code /bin/sh}. It travels through standard input, so that no shell of a user reads
 * it and no list of processes shows it; it has none itself. Arguments are words, whatever is in
 * them.
 *
 * @param text statements of POSIX sh
 * @param arguments {@code $1} and so on
 * @param elevation as whom it is run
 * @param limit how long it may take
 */
public record RemoteScript(
    String text, List<String> arguments, Elevation elevation, Duration limit) {

  /** Between a password and the script. */
  private static final String END_OF_PASSWORD = "arda: here begins the script";

  /**
   * Drops a password that nobody wanted: a {@code sudo} that remembers the user reads none, and the
   * shell behind it must not take it for a command.
   */
  private static final String SKIP =
      "while IFS= read -r line; do [ \"$line\" = \"$0\" ] && break; done; unset line; exec /bin/sh"
          + " -s -- \"$@\"";

  /** Copies the list. */
  public RemoteScript {
    arguments = List.copyOf(arguments);
  }

  /** A script that is run by a program that asks for nothing, such as {@code sudo -n}. */
  public RemoteScript(String text, List<String> arguments, List<String> prefix, Duration limit) {
    this(text, arguments, Elevation.by(prefix.toArray(String[]::new)), limit);
  }

  /** A script that is run as the user who logs in. */
  public static RemoteScript of(String text, Duration limit, String... arguments) {
    return new RemoteScript(text, List.of(arguments), Elevation.NONE, limit);
  }

  /**
   * Succeeds if one may be somebody else. Nothing but the password is there to be read, so that a
   * wrong one is tried once.
   */
  public static RemoteScript tryOut(Elevation elevation, Duration limit) {
    return new RemoteScript("", List.of(), elevation, limit);
  }

  /** The same, run as somebody else. */
  public RemoteScript with(Elevation other) {
    return new RemoteScript(text, arguments, other, limit);
  }

  /** Without the text, which may hold what is secret. */
  @Override
  public String toString() {
    return "RemoteScript[%d characters, %d arguments]".formatted(text.length(), arguments.size());
  }

  private boolean isTrial() {
    return text.isEmpty();
  }

  /** What standard input holds: read completely before any of it is run. */
  String input() {
    var script = "arda_main() {\n" + text + "\n}\narda_main \"$@\" </dev/null\nexit $?\n";
    return isTrial()
        ? elevation.password().map(secret -> secret.text() + "\n").orElse("")
        : elevation
                .password()
                .map(secret -> secret.text() + "\n" + END_OF_PASSWORD + "\n")
                .orElse("")
            + script;
  }

  /** What is run, in words. */
  List<String> words() {
    var result = new ArrayList<>(elevation.prefix());
    if (isTrial()) {
      // What is remembered must not answer for a password that is wrong.
      elevation.password().ifPresent(_ -> result.add("-k"));
      result.add("true");
      return result;
    }
    result.addAll(
        elevation.password().isPresent()
            ? List.of("/bin/sh", "-c", SKIP, END_OF_PASSWORD)
            : List.of("/bin/sh", "-s", "--"));
    result.addAll(arguments);
    return result;
  }

  /** What is run, as a line for the shell of the user. */
  String line() {
    return "exec " + words().stream().map(SshCommands::quoted).collect(Collectors.joining(" "));
  }
}
