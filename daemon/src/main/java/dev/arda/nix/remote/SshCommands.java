package dev.arda.nix.remote;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Builds the argument lists of {@code ssh}. The first value of an option counts, so what is said
 * here cannot be changed by a configuration file; what is not said here is the user's to configure:
 * keys, user names, ports, aliases, jump hosts, known hosts.
 *
 * <ul>
 *   <li>Nothing is asked of anybody ({@code BatchMode}): there is no one at the daemon's terminal.
 *   <li>Keys of hosts are always checked; unknown ones are accepted only when that was wished.
 *   <li>X11 and ports are not forwarded, nor is the agent unless that was wished; no local command
 *       is run, and there no other than arda's, without a terminal.
 *   <li>A connection that does not come, or that falls silent for 45 seconds, ends.
 * </ul>
 *
 * @param target where
 * @param settings how
 * @param control socket of a connection to share; empty: one of its own
 * @param accepting configuration instead of the user's that includes it and trusts keys never met;
 *     {@code ssh} hands it on to that of a jump host, other than the options of its command line;
 *     empty: the user's
 */
record SshCommands(
    SshTarget target, SshSettings settings, Optional<Path> control, Optional<Path> accepting) {

  /** One of the configuration of ssh would stand against it. */
  private static final String OWN_COMMAND = "RemoteCommand=none";

  /** The same to another machine, by a connection of its own and the user's configuration. */
  SshCommands to(SshTarget other, List<SshTarget> jumpHosts) {
    return new SshCommands(other, settings.through(jumpHosts), Optional.empty(), Optional.empty());
  }

  /** {@code ssh} that tells how it would connect, and does not. */
  List<String> configuration() {
    var result = new ArrayList<>(List.of("ssh", "-G"));
    settings.configFile().ifPresent(file -> result.addAll(List.of("-F", file)));
    result.addAll(place());
    result.addAll(destination());
    return result;
  }

  /** {@code ssh} that keeps a connection open for others, and copies its input to its output. */
  List<String> master() {
    var result = new ArrayList<>(List.of("ssh"));
    result.addAll(options("yes"));
    result.addAll(destination());
    result.add("exec cat");
    return result;
  }

  /**
   * {@code ssh} that runs a command.
   *
   * @param remoteCommand is read by the user's shell on the target
   */
  List<String> run(String remoteCommand) {
    var result = new ArrayList<>(List.of("ssh"));
    result.addAll(options("no"));
    result.addAll(destination());
    result.add(remoteCommand);
    return result;
  }

  /**
   * {@code ssh} for a person: with a terminal if there is one, and with questions.
   *
   * @param command words, each of which stays one there; a single one is a command line for the
   *     shell there, as it is for {@code ssh}; none: a login shell
   */
  List<String> interactive(List<String> command) {
    var result = new ArrayList<>(List.of("ssh"));
    result.addAll(file());
    if (settings.acceptNewHostKey()) {
      result.addAll(List.of("-o", "StrictHostKeyChecking=accept-new"));
    }
    result.addAll(List.of("-o", forwardAgent()));
    if (!command.isEmpty()) {
      result.addAll(List.of("-o", OWN_COMMAND));
    }
    result.addAll(place());
    result.addAll(destination());
    if (command.size() == 1) {
      result.add(command.getFirst());
    } else if (!command.isEmpty()) {
      result.add(command.stream().map(SshCommands::quoted).collect(Collectors.joining(" ")));
    }
    return result;
  }

  /** A command line with which a person connects, and is asked about an unknown key. */
  String typed() {
    var result = new ArrayList<>(List.of("ssh"));
    settings.configFile().ifPresent(file -> result.addAll(List.of("-F", file)));
    result.addAll(place());
    result.add(target.user().map(user -> user + "@").orElse("") + target.host());
    return result.stream().map(SshCommands::word).collect(Collectors.joining(" "));
  }

  /**
   * What Nix, which runs {@code ssh} itself and knows only the user and the host, is to pass to it.
   * Nix cuts the text at spaces, so nothing in it has any. Where it finds no connection to share it
   * has a local command tell it that it is connected, and waits for that.
   */
  String forNix() {
    var words = options("no");
    int local = words.indexOf("PermitLocalCommand=no");
    words.subList(local - 1, local + 1).clear();
    var result = new ArrayList<String>();
    // Each option has a value. A file with a space in its name cannot be said.
    for (int i = 0; i < words.size(); i += 2) {
      if (words.get(i + 1).chars().noneMatch(Character::isWhitespace)) {
        result.addAll(words.subList(i, i + 2));
      }
    }
    return String.join(" ", result);
  }

  private ArrayList<String> options(String controlMaster) {
    var result = new ArrayList<>(file());
    for (var option :
        List.of(
            "BatchMode=yes",
            "StrictHostKeyChecking=" + (settings.acceptNewHostKey() ? "accept-new" : "yes"),
            "ConnectTimeout=" + Math.max(1, settings.connectTimeout().toSeconds()),
            "ServerAliveInterval=15",
            "ServerAliveCountMax=3",
            forwardAgent(),
            "ForwardX11=no",
            "ClearAllForwardings=yes",
            "PermitLocalCommand=no",
            "RequestTTY=no",
            OWN_COMMAND,
            "LogLevel=ERROR",
            "ControlMaster=" + (control.isPresent() ? controlMaster : "no"),
            "ControlPersist=no",
            "ControlPath=" + control.map(Path::toString).orElse("none"))) {
      result.addAll(List.of("-o", option));
    }
    result.addAll(place());
    return result;
  }

  private List<String> file() {
    return accepting
        .map(Path::toString)
        .or(settings::configFile)
        .map(file -> List.of("-F", file))
        .orElse(List.of());
  }

  private String forwardAgent() {
    return "ForwardAgent=" + (settings.forwardAgent() ? "yes" : "no");
  }

  private List<String> place() {
    var result = new ArrayList<String>();
    if (!settings.jumpHosts().isEmpty()) {
      result.add("-J");
      result.add(
          settings.jumpHosts().stream().map(SshTarget::toString).collect(Collectors.joining(",")));
    }
    target.port().ifPresent(port -> result.addAll(List.of("-p", Integer.toString(port))));
    return result;
  }

  private List<String> destination() {
    var result = new ArrayList<String>();
    target.user().ifPresent(user -> result.addAll(List.of("-l", user)));
    result.add("--");
    result.add(target.host());
    return result;
  }

  /** A word as a person would type it. */
  static String word(String text) {
    return text.matches("[A-Za-z0-9@%+=:,./_-]+") ? text : quoted(text);
  }

  /** A word that every POSIX shell, and fish, reads as itself. */
  static String quoted(String word) {
    var result = new StringBuilder("'");
    word.codePoints()
        .forEach(c -> {
          switch (c) {
            // Inside single quotes a backslash means itself to one shell and not to the other.
            case '\'' -> result.append("'\"'\"'");
            case '\\' -> result.append("'\"\\\\\"'");
            default -> result.appendCodePoint(c);
          }
        });
    return result.append('\'').toString();
  }
}
