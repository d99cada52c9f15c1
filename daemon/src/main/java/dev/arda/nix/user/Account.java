package dev.arda.nix.user;

import dev.arda.nix.remote.RemoteScript;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Whose home something is done in, on the machine of a {@link dev.arda.nix.remote.Shell}.
 *
 * @param user login name; empty: whoever runs the scripts there
 * @param home absolute home directory; empty: that of the login name
 * @param prefix what runs a script as that user; empty: nothing is needed
 */
record Account(String user, String home, List<String> prefix) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}\\$?");

  private static final List<Path> RUNUSER =
      List.of(
          Path.of("/usr/sbin/runuser"),
          Path.of("/sbin/runuser"),
          Path.of("/usr/bin/runuser"),
          Path.of("/run/current-system/sw/bin/runuser"));

  /**
   * {@code runuser} sets HOME and leaves these, which say where root's own things are. The scripts
   * see for themselves whose runtime directory it is.
   */
  private static final List<String> OF_ROOT =
      List.of(
          "XDG_CONFIG_HOME",
          "XDG_DATA_HOME",
          "XDG_STATE_HOME",
          "XDG_CACHE_HOME",
          "DBUS_SESSION_BUS_ADDRESS");

  private static final String THERE =
      """
      id -u "$1" >/dev/null 2>&1 || exit 1
      home=$2
      [ -n "$home" ] || home=$(getent passwd "$1" | cut -d: -f6)
      [ -d "$home" ]
      """;

  /** Copies the list. */
  Account {
    prefix = List.copyOf(prefix);
    if (!user.isEmpty() && !NAME.matcher(user).matches()) {
      throw unsuitable(user, "no account can have this name");
    }
    if (!home.isEmpty() && (!home.startsWith("/") || home.chars().anyMatch(c -> c < ' '))) {
      throw unsuitable(user, "its home directory is no absolute path");
    }
  }

  /**
   * An account of this machine. As root, everybody's; else one's own, which the scripts check.
   *
   * @param self login name of whoever runs arda
   */
  static Account local(String user, String home, String self) {
    if (!self.equals("root") || user.isEmpty() || user.equals(self)) {
      return new Account(user, home, List.of());
    }
    var program =
        RUNUSER.stream().filter(Files::isExecutable).findFirst().orElse(Path.of("runuser"));
    return new Account(user, home, as(user, program.toString()));
  }

  /** The same on another machine, whose own {@code runuser} is used. */
  static Account remote(String user, String home, String self) {
    return !self.equals("root") || user.isEmpty() || user.equals(self)
        ? new Account(user, home, List.of())
        : new Account(user, home, as(user, "runuser"));
  }

  private static List<String> as(String user, String program) {
    var result = new ArrayList<>(List.of(program, "-u", user, "--", "env"));
    OF_ROOT.forEach(name -> result.addAll(List.of("-u", name)));
    return result;
  }

  /** Whether the machine has it, and its home directory. */
  boolean isThere(Shell shell) {
    return user.isEmpty()
        || shell.run(RemoteScript.of(THERE, Scripts.SHORT, user, home)).succeeded();
  }

  static UserException unsuitable(String user, String why) {
    var shown = user.replaceAll("\\p{Cc}", "?");
    return new UserException(
        Reason.USER_ACCOUNT_UNSUITABLE,
        "Nothing can be done as the user %s: %s.".formatted(shown, why),
        Details.NONE.with("user", shown));
  }
}
