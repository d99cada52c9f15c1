package dev.arda.client.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Finds out what the word under the cursor is, and which words of the command line itself can stand
 * there.
 */
final class Completer {

  private static final List<String> SYSTEMS =
      List.of("aarch64-darwin", "aarch64-linux", "i686-linux", "x86_64-darwin", "x86_64-linux");

  private Completer() {}

  /** What can stand at the cursor. */
  sealed interface Place {
    /**
     * One of these words.
     *
     * @param candidates descriptions by word
     */
    record Words(Map<String, String> candidates) implements Place {}

    /** A directory. */
    record Directory() implements Place {}

    /**
     * A selector.
     *
     * @param text as far as it was typed
     */
    record Selector(String text) implements Place {}

    /**
     * A host.
     *
     * @param before what stands before its name in the word under the cursor
     * @param name as far as it was typed
     */
    record Host(String before, String name) implements Place {}

    /**
     * A tag of hosts.
     *
     * @param before what stands before its name in the word under the cursor
     * @param name as far as it was typed
     */
    record Tag(String before, String name) implements Place {}

    /**
     * A user.
     *
     * @param name as far as it was typed
     */
    record User(String name) implements Place {}

    /**
     * What can be built of a flake.
     *
     * @param flake a reference
     * @param path of attributes, as far as it was typed
     */
    record Installable(String flake, String path) implements Place {}

    /**
     * An operation.
     *
     * @param name as far as it was typed
     */
    record Operation(String name) implements Place {}
  }

  /**
   * Looks at a command line.
   *
   * @param root the command {@code arda}
   * @param words what follows {@code arda}, up to the cursor; the last one is being typed and may
   *     be empty
   */
  static Place place(CommandSpec root, List<String> words) {
    var spec = root;
    boolean literal = false;
    var before = new ArrayList<>(words);
    var current = before.isEmpty() ? "" : before.removeLast();
    for (int i = 0; i < before.size(); i++) {
      var word = before.get(i);
      if (literal) {
        continue;
      }
      if (word.equals("--")) {
        literal = true;
      } else if (word.startsWith("-")) {
        var option = spec.optionsMap().get(word);
        int takes = option == null ? 0 : option.arity().min();
        if (option != null && i + takes >= before.size()) {
          return value(option, before.size() - i, current);
        }
        i += takes;
      } else {
        var sub = spec.subcommands().get(word);
        if (sub != null) {
          spec = sub.getCommandSpec();
        }
      }
    }
    return literal ? positional(spec, current) : free(spec, current);
  }

  private static Place free(CommandSpec spec, String current) {
    if (current.startsWith("-")) {
      var options = new TreeMap<String, String>();
      for (var option : spec.options()) {
        for (var name : option.names()) {
          if (name.startsWith("--")) {
            options.put(name, option.description().length == 0 ? "" : option.description()[0]);
          }
        }
      }
      return words(options, current);
    }
    return positional(spec, current);
  }

  private static Place positional(CommandSpec spec, String current) {
    return switch (spec.userObject()) {
      case EvalCommand _ -> new Place.Selector(current);
      case CompletionCommand _ -> words(plain(CompletionCommand.SHELLS), current);
      case HelpCommand _ -> words(commands(spec.root()), current);
      case TakesHosts _ -> host(current);
      case TakesUsers _ -> new Place.User(current);
      case TakesOperation _ -> new Place.Operation(current);
      case BuildCommand _ -> installable(current);
      case TrustCommand _ -> new Place.Directory();
      case null, default -> words(commands(spec), current);
    };
  }

  private static Place value(OptionSpec option, int position, String current) {
    return switch (option.longestName()) {
      case "--flake" -> new Place.Directory();
      case "--override-input" -> position == 2 ? new Place.Directory() : none();
      case "--system" -> words(plain(SYSTEMS), current);
      case "--host", "--template" -> new Place.Host("", current);
      case "--tag" -> new Place.Tag("", current);
      case "--engine" -> words(plain(HostDeployCommand.ENGINES.keySet()), current);
      case "--backend" -> words(plain(HostHardwareCommand.BACKENDS.keySet()), current);
      case "--user", "--with-user" -> new Place.User(current);
      case "--mode" ->
          words(plain(List.of("boot", "build", "dry-activate", "switch", "test")), current);
      default -> none();
    };
  }

  /** A word may hold several names with operators between them; the last is being typed. */
  private static Place host(String current) {
    int last = -1;
    for (int i = 0; i < current.length(); i++) {
      if (" &|,!()".indexOf(current.charAt(i)) >= 0) {
        last = i;
      }
    }
    var before = current.substring(0, last + 1);
    var name = current.substring(last + 1);
    return name.startsWith("@")
        ? new Place.Tag(before + "@", name.substring(1))
        : new Place.Host(before, name);
  }

  private static Place installable(String current) {
    int sharp = current.indexOf('#');
    return sharp < 0
        ? new Place.Directory()
        : new Place.Installable(current.substring(0, sharp), current.substring(sharp + 1));
  }

  private static Place none() {
    return new Place.Words(Map.of());
  }

  private static Map<String, String> commands(CommandSpec spec) {
    var result = new TreeMap<String, String>();
    CommandTree.commands(spec)
        .forEach((name, sub) -> {
          var header = sub.usageMessage().header();
          result.put(name, header.length == 0 ? "" : header[0]);
        });
    return result;
  }

  private static Map<String, String> plain(Collection<String> words) {
    var result = new TreeMap<String, String>();
    words.forEach(word -> result.put(word, ""));
    return result;
  }

  private static Place words(Map<String, String> known, String prefix) {
    var result = new TreeMap<String, String>();
    known.forEach((word, description) -> {
      if (word.startsWith(prefix)) {
        result.put(word, description);
      }
    });
    return new Place.Words(result);
  }
}
