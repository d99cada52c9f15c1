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
 * @param prefix program and arguments that run it as somebody else, for example {@code sudo -n};
 *     empty: nobody else
 * @param limit how long it may take
 */
public record RemoteScript(
    String text, List<String> arguments, List<String> prefix, Duration limit) {

  /** Copies the lists. */
  public RemoteScript {
    arguments = List.copyOf(arguments);
    prefix = List.copyOf(prefix);
  }

  /** A script that is run as the user who logs in. */
  public static RemoteScript of(String text, Duration limit, String... arguments) {
    return new RemoteScript(text, List.of(arguments), List.of(), limit);
  }

  /** The same, run as somebody else. */
  public RemoteScript with(List<String> otherPrefix) {
    return new RemoteScript(text, arguments, otherPrefix, limit);
  }

  /** What standard input holds: read completely before any of it is run. */
  String input() {
    return "arda_main() {\n" + text + "\n}\narda_main \"$@\" </dev/null\nexit $?\n";
  }

  /** What is run, in words. */
  List<String> words() {
    var result = new ArrayList<>(prefix);
    result.addAll(List.of("/bin/sh", "-s", "--"));
    result.addAll(arguments);
    return result;
  }

  /** What is run, as a line for the shell of the user. */
  String line() {
    return "exec " + words().stream().map(SshCommands::quoted).collect(Collectors.joining(" "));
  }
}
