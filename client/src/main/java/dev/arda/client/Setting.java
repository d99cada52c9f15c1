package dev.arda.client;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Every environment variable that arda's clients read themselves. */
public enum Setting {
  /** See {@link #documentation}. */
  ARDA_RUNTIME_DIR(
      Type.PATH,
      "$XDG_RUNTIME_DIR/arda, else ${TMPDIR:-/tmp}/arda-<uid>",
      "Directory of the daemon's socket, lock and record. It is created with mode 0700 and must be"
          + " yours alone."),
  /** See {@link #documentation}. */
  ARDA_STATE_DIR(
      Type.PATH,
      "$XDG_STATE_HOME/arda, else ~/.local/state/arda",
      "Directory of what outlives a session: logs (log/daemon.log) and journals."),
  /** See {@link #documentation}. */
  ARDA_IDLE_TIMEOUT(
      Type.DURATION,
      "3h",
      "How long a daemon that is started now may be idle before it ends, for example 3h, 20m or"
          + " 90s."),
  /** See {@link #documentation}. */
  ARDA_MAX_BUILDS(
      Type.NUMBER,
      "4",
      "How many builds a daemon that is started now runs at a time; the others wait, and flakes take"
          + " turns."),
  /** See {@link #documentation}. */
  ARDA_OPERATIONS_KEPT(
      Type.NUMBER,
      "200",
      "How many operations that have ended such a daemon keeps, with their events and logs."),
  /** See {@link #documentation}. */
  ARDA_OPERATIONS_DAYS(Type.NUMBER, "30", "For how many days it keeps them."),
  /** See {@link #documentation}. */
  ARDA_OPERATIONS_MIB(Type.NUMBER, "1024", "How many MiB they may take together on disk."),
  /** See {@link #documentation}. */
  ARDA_SLOW_EVALUATION(
      Type.DURATION,
      "1s",
      "Evaluations that take as long or longer are written into the log of a daemon that is started"
          + " now, with their flake and selector."),
  /** See {@link #documentation}. */
  ARDA_START_TIMEOUT(
      Type.DURATION, "60s", "How long to wait for a daemon to answer, its start included."),
  /** See {@link #documentation}. */
  ARDA_COMPLETION_TIMEOUT(
      Type.DURATION,
      "250ms",
      "How long the completion of a shell may wait for names from the daemon."),
  /** See {@link #documentation}. */
  ARDA_FLAKE(
      Type.TEXT,
      "$CLAN_DIR, else the nearest ancestor with a flake.nix",
      "The flake that is asked where --flake is not given."),
  /** See {@link #documentation}. */
  CLAN_DIR(Type.PATH, "", "The same as ARDA_FLAKE, which wins."),
  /** See {@link #documentation}. */
  XDG_RUNTIME_DIR(Type.PATH, "", "Directory of the user's sockets, usually /run/user/<uid>."),
  /** See {@link #documentation}. */
  XDG_STATE_HOME(Type.PATH, "~/.local/state", "Directory of the user's program state."),
  /** See {@link #documentation}. */
  TMPDIR(Type.PATH, "/tmp", "Directory of temporary files."),
  /** See {@link #documentation}. */
  HOME(Type.PATH, "the home directory of the account", "The user's home directory."),
  /** See {@link #documentation}. */
  PATH(Type.TEXT, "", "Where nix, git, ssh, setsid and stty are looked for."),
  /** See {@link #documentation}. */
  NO_COLOR(Type.SWITCH, "", "Any value that is not empty turns colours off."),
  /** See {@link #documentation}. */
  TERM(Type.TEXT, "", "`dumb` turns colours and the progress line off."),
  /** See {@link #documentation}. */
  COLUMNS(Type.NUMBER, "what the terminal says, else 80", "Width of the terminal."),
  /** See {@link #documentation}. */
  LC_ALL(Type.TEXT, "", "The locale; decides whether the progress line may use more than ASCII."),
  /** See {@link #documentation}. */
  LC_CTYPE(Type.TEXT, "", "The same, where LC_ALL is not set."),
  /** See {@link #documentation}. */
  LANG(Type.TEXT, "", "The same, where neither LC_ALL nor LC_CTYPE is set.");

  /** What the value of a variable is. */
  public enum Type {
    /** A path; a relative one counts from the working directory. */
    PATH,
    /** A number with a unit: {@code 90s}, {@code 20m}, {@code 3h}, {@code 500ms}. */
    DURATION,
    /** A whole number. */
    NUMBER,
    /** On if it is set to anything but the empty text. */
    SWITCH,
    /** Any text. */
    TEXT
  }

  private final Type type;
  private final String defaultText;
  private final String documentation;

  Setting(Type type, String defaultText, String documentation) {
    this.type = type;
    this.defaultText = defaultText;
    this.documentation = documentation;
  }

  /** What its value is. */
  public Type type() {
    return type;
  }

  /** What counts where the variable is unset or empty, in words; empty: nothing. */
  public String defaultText() {
    return defaultText;
  }

  /** What it does, in a sentence or two. */
  public String documentation() {
    return documentation;
  }

  /** All settings as a Markdown table. */
  public static String markdown() {
    return Arrays.stream(values())
        .map(s ->
            "| `%s` | %s | %s | %s |\n"
                .formatted(
                    s.name(),
                    s.type.name().toLowerCase(java.util.Locale.ROOT),
                    s.defaultText,
                    s.documentation))
        .collect(
            Collectors.joining(
                "", "| variable | type | default | meaning |\n|---|---|---|---|\n", ""));
  }
}
