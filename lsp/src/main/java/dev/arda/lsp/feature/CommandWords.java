package dev.arda.lsp.feature;

import dev.arda.lsp.feature.StringPlaces.Form;
import dev.arda.lsp.feature.StringPlaces.Part;
import dev.arda.lsp.text.StringContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds what the arguments of commands name that a string says, such as {@code arda host update
 * web01}. A command ends with its line or with {@code ;}, {@code |}, {@code &} and brackets outside
 * of quotes.
 */
final class CommandWords {

  private static final Pattern PROGRAM =
      Pattern.compile("(?:^|[\\s;&|(])(arda|clan|colmena)(?=[ \\t])");

  /** What the arguments of a command are, if they name something of a flake. */
  private static final Map<String, Form> ARGUMENTS =
      Map.ofEntries(
          Map.entry("arda build", Form.TARGET),
          Map.entry("arda host update", Form.HOST),
          Map.entry("arda host deploy", Form.HOST),
          Map.entry("arda host diff", Form.HOST),
          Map.entry("arda host status", Form.HOST),
          Map.entry("arda host list", Form.HOST),
          Map.entry("arda host generations", Form.HOST),
          Map.entry("arda host setup", Form.HOST),
          Map.entry("arda host install", Form.HOST),
          Map.entry("arda host prune", Form.HOST),
          Map.entry("arda host delete", Form.HOST),
          Map.entry("arda host hardware", Form.HOST),
          Map.entry("arda host morph", Form.HOST),
          Map.entry("arda host rollback", Form.HOST),
          Map.entry("arda host ssh", Form.HOST),
          Map.entry("arda user apply", Form.USER),
          Map.entry("arda user build", Form.USER),
          Map.entry("arda user diff", Form.USER),
          Map.entry("arda user show", Form.USER),
          Map.entry("arda user packages", Form.USER),
          Map.entry("arda user rollback", Form.USER),
          Map.entry("arda user generations", Form.USER),
          Map.entry("arda user shell", Form.USER),
          Map.entry("arda user dev", Form.USER),
          Map.entry("clan ssh", Form.HOST),
          Map.entry("clan machines update", Form.HOST),
          Map.entry("clan machines install", Form.HOST),
          Map.entry("clan machines build", Form.HOST),
          Map.entry("clan machines delete", Form.HOST),
          Map.entry("clan machines morph", Form.HOST),
          Map.entry("clan vars generate", Form.HOST),
          Map.entry("clan vars check", Form.HOST),
          Map.entry("clan vars list", Form.HOST));

  /** Commands of which only options name something. */
  private static final Set<String> OPTIONS_ONLY =
      Set.of("colmena apply", "colmena build", "colmena exec", "colmena upload-keys");

  /** Commands of which only the first argument names something. */
  private static final Set<String> FIRST_ONLY =
      Set.of("arda host rollback", "arda host ssh", "arda host prune", "arda user dev", "clan ssh");

  /** Words that further commands stand behind. */
  private static final Set<String> GROUPS = Set.of("host", "user", "machines", "vars");

  /** Options that no value follows as a word of its own. Of others one may. */
  private static final Set<String> FLAGS =
      Set.of(
          "--accept-new-host-key",
          "--build-there",
          "--debug",
          "--detach",
          "--diff",
          "--dry-run",
          "--forward-agent",
          "--help",
          "--impure",
          "--json",
          "--keep-going",
          "--keep-secrets",
          "--no-ask",
          "--no-daemon",
          "--no-link",
          "--offline",
          "--print-build-logs",
          "--quiet",
          "--refresh",
          "--rollback",
          "--same-password",
          "--show-trace",
          "--substitute",
          "--verbose",
          "--yes");

  private static final Map<String, Form> OPTIONS =
      Map.of("--host", Form.HOST, "--user", Form.USER, "--on", Form.HOST);

  /** What stands in words that a shell, or the command, makes something else of. */
  private static final Pattern NO_NAME =
      Pattern.compile("[$`*?\\[\\]<>{}\\\\/:=#~…" + StringContent.HOLE + "]");

  /** What is one host's name to a command that can choose many, and no option. */
  private static final Pattern PLAIN = Pattern.compile("(?!-)[^\\s&|,!()\"@*?]+");

  private final String text;
  private final int cursor;
  private final List<Part> result = new ArrayList<>();
  private int at;

  /** Up to here stands, or is missing, the value of an option. */
  private int valueEnd = -1;

  private CommandWords(String text, int cursor) {
    this.text = text;
    this.cursor = cursor;
  }

  /**
   * The names in a text, in its order, and the place of the one that is about to be written.
   *
   * @param cursor index into the text
   */
  static List<Part> in(String text, int cursor) {
    var words = new CommandWords(text, cursor);
    var programs = PROGRAM.matcher(text);
    while (programs.find()) {
      words.at = programs.end();
      words.command(programs.group(1));
    }
    return words.result;
  }

  /** Writes a host's name as the command at a place takes it (docs/hosts.md, "Choosing hosts"). */
  static UnaryOperator<String> host(String text, int index) {
    var programs = PROGRAM.matcher(text).region(0, index);
    String program = "";
    while (programs.find()) {
      program = programs.group(1);
    }
    boolean chooses = program.equals("arda");
    return name -> chooses && !PLAIN.matcher(name).matches() ? '"' + name + '"' : name;
  }

  private void command(String program) {
    var name = new StringBuilder(program);
    @Nullable Form named = null;
    int arguments = 0;
    while (true) {
      skipBlanks();
      if (named != null
          && cursor <= at
          && cursor > Math.max(valueEnd, blankBefore())
          && isEnd(cursor)) {
        add(named, cursor, cursor, arguments, name);
      }
      if (at >= text.length() || isSeparator(text.charAt(at))) {
        return;
      }
      int start = at;
      skipWord();
      var word = text.substring(start, at);
      if (word.startsWith("-")) {
        option(word);
      } else if (word.endsWith(">") || word.endsWith("<")) {
        skipValue();
      } else if (named != null) {
        operands(named, start, at, arguments++, name);
      } else {
        name.append(' ').append(word);
        named = ARGUMENTS.get(name.toString());
        if (named == null && OPTIONS_ONLY.contains(name.toString())) {
          options();
          return;
        }
        if (named == null && !GROUPS.contains(word)) {
          return;
        }
      }
    }
  }

  /** The rest of a command whose arguments name nothing. */
  private void options() {
    while (true) {
      skipBlanks();
      if (at >= text.length() || isSeparator(text.charAt(at))) {
        return;
      }
      int start = at;
      skipWord();
      var word = text.substring(start, at);
      if (word.startsWith("-")) {
        option(word);
      }
    }
  }

  /** Passes over the value of an option. */
  private void option(String word) {
    var form = OPTIONS.get(word.contains("=") ? word.substring(0, word.indexOf('=')) : word);
    if (word.contains("=") || FLAGS.contains(word) || !word.startsWith("--") || word.equals("--")) {
      if (form != null && word.contains("=")) {
        operands(form, at - word.length() + word.indexOf('=') + 1, at, 0, "");
      }
      return;
    }
    int start = skipValue();
    if (form != null && !(at > start && text.charAt(start) == '-')) {
      operands(form, start, at, 0, "");
    }
  }

  private int skipValue() {
    skipBlanks();
    int start = at;
    skipWord();
    valueEnd = at;
    return start;
  }

  /** The names in an argument, which may join several: {@code 'web* & !@staging'}. */
  private void operands(Form form, int from, int to, int argument, CharSequence command) {
    boolean choice = from < to && text.charAt(from) == '\'';
    boolean quoted = false;
    int start = from;
    for (int i = from; i <= to; i++) {
      boolean quote = choice && i < to && text.charAt(i) == '"';
      if (i == to || quote || (!quoted && "&|!(),'\" ".indexOf(text.charAt(i)) >= 0)) {
        if (i > start || (start == cursor && i == cursor)) {
          add(form, start, i, argument, command);
        }
        start = i + 1;
      }
      quoted ^= quote;
    }
  }

  private void add(Form form, int start, int end, int argument, CharSequence command) {
    if (argument > 0 && FIRST_ONLY.contains(command.toString())) {
      return;
    }
    if (form == Form.TARGET && end > start) {
      return; // of another flake, unless it says that it is of this one
    }
    boolean tag = form == Form.HOST && start < end && text.charAt(start) == '@';
    if (!NO_NAME.matcher(text).region(start, end).find()) {
      result.add(tag ? new Part(Form.TAG, start + 1, end) : new Part(form, start, end));
    }
  }

  private void skipBlanks() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  /** Index of the last character before the blanks in front of here. */
  private int blankBefore() {
    int index = Math.min(at, text.length());
    while (index > 0 && (text.charAt(index - 1) == ' ' || text.charAt(index - 1) == '\t')) {
      index--;
    }
    return index;
  }

  private boolean isEnd(int index) {
    return index >= text.length()
        || " \t\r\n".indexOf(text.charAt(index)) >= 0
        || isSeparator(text.charAt(index));
  }

  private static boolean isSeparator(char c) {
    return "\r\n;|&()".indexOf(c) >= 0;
  }

  private void skipWord() {
    char quote = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n' || (quote == 0 && (c == ' ' || c == '\t' || isSeparator(c)))) {
        return;
      }
      if (c == '\'' || c == '"') {
        quote = quote == 0 ? c : quote == c ? 0 : quote;
      }
      at++;
    }
  }
}
