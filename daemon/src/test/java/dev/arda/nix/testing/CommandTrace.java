package dev.arda.nix.testing;

import dev.arda.nix.core.Command;
import dev.arda.nix.core.RecordingRunner;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The commands that are run in one scenario after the other, by the stages that they belong to, as
 * a text that is the same in every run: what differs has a name in capitals, and what a script for
 * another machine is, is told by its file. The long options of {@code ssh} are written once, with a
 * letter. Thread-safe.
 *
 * <p>A stage is that of the thread which entered it, so that the text does not depend on how the
 * work of threads interleaves; a thread that entered none is in the one that was entered last.
 */
public final class CommandTrace implements RecordingRunner.Listener {

  private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_@%+=:,./#!-]+");

  /** Between a password and a script. */
  private static final String END_OF_PASSWORD = "arda: here begins the script\n";

  private final StringBuilder text = new StringBuilder();
  private final Map<String, String> letters = new LinkedHashMap<>();
  private final Map<String, String> names = new LinkedHashMap<>();
  private final Map<Pattern, String> patterns = new LinkedHashMap<>();
  private final Map<String, String> scripts = new LinkedHashMap<>();
  private final Map<Thread, String> places = new HashMap<>();
  private final Map<String, List<String>> stages = new LinkedHashMap<>();
  private String last = "";

  public CommandTrace() {
    pattern("arda:[0-9a-f]{16}:", "arda:SECRET:");
    pattern("(?<![0-9a-z-])d-[0-9a-f]{10}(?![0-9a-f])", "d-ID");
    pattern("STORE/[0-9a-z]{32}-", "STORE/");
    pattern("SOCKETS/[0-9a-f]{12}", "SOCKETS/KEY");
    pattern("building/build[0-9]+/", "building/NUMBER/");
    pattern("held/[0-9]+\\.build\\.[0-9a-z]{32}", "held/TIME.build.HASH");
  }

  /** A text that differs from run to run has this name. */
  public synchronized CommandTrace name(String literal, String name) {
    names.put(literal, name);
    return this;
  }

  /** So has what fits a pattern, once literal texts have their names. */
  public synchronized CommandTrace pattern(String regex, String name) {
    patterns.put(Pattern.compile(regex), name);
    return this;
  }

  /** A script that is read, or an argument, is told by this name. */
  public synchronized CommandTrace script(String content, String name) {
    scripts.put(content.strip(), name);
    return this;
  }

  /** The script in a resource. */
  public CommandTrace script(Class<?> owner, String resource) {
    try (var stream = owner.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("no " + resource);
      }
      return script(new String(stream.readAllBytes(), StandardCharsets.UTF_8), resource);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /**
   * Begins a scenario; what is run until the next is in it.
   *
   * @param first stages that come first, in this order, whichever of them is entered first
   */
  public synchronized void begin(String title, String... first) {
    end();
    text.append("\n# ").append(title).append('\n');
    for (var stage : first) {
      stages.put(stage, new ArrayList<>());
    }
  }

  private void end() {
    stages.values().removeIf(List::isEmpty);
    stages.forEach((stage, lines) -> {
      text.append(stage).append('\n');
      lines.forEach(line -> text.append("  ").append(line).append('\n'));
    });
    stages.clear();
    places.clear();
    last = "";
  }

  /** The calling thread is in a stage from now on. */
  public synchronized void enter(String stage) {
    places.put(Thread.currentThread(), stage);
    last = stage;
  }

  /** A line beside the commands, in the stage of the calling thread. */
  public synchronized void note(String line) {
    stages
        .computeIfAbsent(places.getOrDefault(Thread.currentThread(), last), _ -> new ArrayList<>())
        .add(named(line));
  }

  @Override
  public synchronized void begins(Command command, String input, boolean isTalkedTo) {
    var words = new ArrayList<>(command.arguments());
    var program = words.getFirst().substring(words.getFirst().lastIndexOf('/') + 1);
    if (words.contains("show-config") || words.containsAll(List.of("config", "show"))) {
      return; // It is asked once, whoever comes first.
    }
    words.set(0, program);
    int format = words.indexOf("--json-format");
    if (format > 0) {
      words.subList(format, format + 2).clear(); // Newer Nix has to be told what older ones do.
    }
    int build = words.indexOf("build");
    if (program.equals("nix") && build > 0 && words.get(build + 1).equals("--json")) {
      words.set(build + 1, "--print-out-paths"); // Nix 2.8 tells the paths as JSON only.
    }
    note(line(program.equals("ssh") ? remote(words) : words));
    var more = new ArrayList<String>();
    if (isTalkedTo) {
      more.add("is talked to");
    }
    if (!input.isEmpty()) {
      more.add("reads " + read(input));
    }
    if (command.environment().containsKey("NIX_SSHOPTS") && program.startsWith("nix")) {
      more.add("NIX_SSHOPTS=" + letter(command.environment().get("NIX_SSHOPTS")));
    }
    command.timeLimit().ifPresent(limit -> more.add("at most " + shown(limit)));
    command.silenceLimit().ifPresent(limit -> more.add("silent for at most " + shown(limit)));
    if (!more.isEmpty()) {
      note("    " + String.join("; ", more));
    }
  }

  /** Options have a letter, and a script for a shell elsewhere is shown in words. */
  private List<String> remote(List<String> words) {
    int end = 1;
    while (end + 1 < words.size() && List.of("-F", "-o").contains(words.get(end))) {
      end += 2;
    }
    var result = new ArrayList<>(List.of("ssh"));
    if (end > 1) {
      result.add(letter(String.join(" ", words.subList(1, end))));
    }
    int host = words.indexOf("--") + 1;
    if (host == 0 || host + 2 != words.size()) {
      result.addAll(words.subList(end, words.size()));
      return result;
    }
    result.addAll(words.subList(end, host + 1));
    result.addAll(unquoted(words.getLast()));
    return result;
  }

  private String letter(String options) {
    return letters.computeIfAbsent(named(options), _ -> "[" + (char) ('A' + letters.size()) + "]");
  }

  /** What was read from standard input. */
  private String read(String input) {
    int begin = input.indexOf(END_OF_PASSWORD);
    var before = begin >= 0 ? "a password, and " : "";
    return scripts.entrySet().stream()
        .filter(script -> input.contains(script.getKey()))
        .reduce((_, later) -> later)
        .map(script -> before + script.getValue())
        .orElseGet(() -> input.contains("arda_main") ? before + "a script" : "a password");
  }

  private String line(List<String> words) {
    return words.stream().map(this::word).collect(Collectors.joining(" "));
  }

  private String word(String word) {
    // What it needs of other scripts comes before it.
    var script =
        scripts.entrySet().stream()
            .filter(one -> word.strip().endsWith(one.getKey()))
            .map(Map.Entry::getValue)
            .findFirst();
    if (script.isPresent()) {
      return "(" + script.get() + ")";
    }
    var shown = named(word);
    return HARMLESS.matcher(shown).matches() || letters.containsValue(shown)
        ? shown
        : "'" + shown.replace("'", "'\\''").replace("\n", "\\n") + "'";
  }

  private String named(String word) {
    var result = word;
    for (var name : names.keySet().stream().sorted((a, b) -> b.length() - a.length()).toList()) {
      result = result.replace(name, names.getOrDefault(name, ""));
    }
    for (var pattern : patterns.entrySet()) {
      result = pattern.getKey().matcher(result).replaceAll(pattern.getValue());
    }
    return result;
  }

  /** The words of a line for a shell. */
  private static List<String> unquoted(String line) {
    var result = new ArrayList<String>();
    var word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote != 0 && c == quote) {
        quote = 0;
      } else if (quote == '"' && c == '\\') {
        i++;
        word.append(line.charAt(i));
      } else if (quote != 0) {
        word.append(c);
      } else if (c == '\'' || c == '"') {
        quote = c;
        inWord = true;
      } else if (c == ' ' && inWord) {
        result.add(word.toString());
        word.setLength(0);
        inWord = false;
      } else if (c != ' ') {
        word.append(c);
        inWord = true;
      }
    }
    if (inWord) {
      result.add(word.toString());
    }
    return result;
  }

  private static String shown(Duration limit) {
    return limit.toSeconds() % 3600 == 0 && limit.toHours() > 0
        ? limit.toHours() + " h"
        : limit.toSeconds() % 60 == 0 && limit.toMinutes() > 0
            ? limit.toMinutes() + " min"
            : limit.toSeconds() + " s";
  }

  /** All of it. */
  public synchronized String text() {
    end();
    var result = new StringBuilder();
    letters.forEach((options, letter) -> result.append("%s %s%n".formatted(letter, options)));
    return result + text.toString();
  }
}
