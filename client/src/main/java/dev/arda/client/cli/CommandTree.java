package dev.arda.client.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** All commands, as picocli knows them. */
final class CommandTree {

  /** The option of {@code arda} itself that does what {@code arda version} does. */
  static final String VERSION = "--version";

  /**
   * Makes the lists that values are gathered in; nothing else is described by its class. picocli's
   * own factory looks for Groovy first, in every jar there is.
   */
  private static final CommandLine.IFactory FACTORY =
      new CommandLine.IFactory() {
        @Override
        public <K> K create(Class<K> type) {
          if (type.isAssignableFrom(ArrayList.class)) {
            return type.cast(new ArrayList<>());
          }
          throw new IllegalStateException("nothing is made from " + type);
        }
      };

  private CommandTree() {}

  /** A parser for all command lines. Each command's specification holds its {@link Command}. */
  static CommandLine build() {
    return build(name -> true);
  }

  /**
   * A parser that knows only the commands which these words may name. Describing all commands takes
   * longer than many an answer; this is enough for a command line without a fault.
   */
  static CommandLine buildFor(Collection<String> words) {
    var named = new HashSet<String>();
    for (var word : words) {
      named.add(Commands.canonical(word));
    }
    return build(named::contains);
  }

  private static CommandLine build(Predicate<String> wanted) {
    var root = spec(null).name("arda");
    GlobalOptions.addTo(root, false);
    root.addOption(
        OptionSpec.builder("-V", VERSION)
            .arity("0")
            .type(boolean.class)
            .description("Show the version of arda.")
            .build());
    root.usageMessage()
        .header("Asks questions about Nix flakes, quickly.")
        .synopsisSubcommandLabel("COMMAND")
        .description(
            "",
            "A daemon that is started when it is needed evaluates, remembers, and notices changes.",
            "")
        .optionListHeading("%nOptions, before or after the command:%n")
        .commandListHeading("%nCommands:%n")
        .footer("", "Exit codes: 0 ok, 1 failed, 2 wrong usage, 69 no daemon, 130 interrupted.");
    addAll(root, "", Commands.TOP, wanted);
    return new CommandLine(root, FACTORY)
        .setExpandAtFiles(false)
        .setInterpolateVariables(false)
        .setCaseInsensitiveEnumValuesAllowed(false)
        .setUsageHelpAutoWidth(false);
  }

  private static void addAll(
      CommandSpec parent, String prefix, List<String> names, Predicate<String> wanted) {
    for (var name : names) {
      if (wanted.test(name)) {
        add(parent, prefix + name, name, wanted);
      }
    }
  }

  private static void add(CommandSpec parent, String path, String name, Predicate<String> wanted) {
    // Not a switch over types: the first of those costs 10 ms.
    var node = Commands.make(path);
    if (node instanceof Commands.Node.Leaf(var command)) {
      parent.addSubcommand(name, new CommandLine(leaf(name, command), FACTORY));
    } else if (node instanceof Commands.Node.Group(var header, var names)) {
      var spec = group(name, header);
      addAll(spec, path + " ", names, wanted);
      parent.addSubcommand(name, new CommandLine(spec, FACTORY));
    }
  }

  private static CommandSpec spec(@Nullable Command command) {
    return CommandSpec.wrapWithoutInspection(command, FACTORY);
  }

  private static CommandSpec group(String name, String header) {
    var spec = spec(null).name(name);
    GlobalOptions.addTo(spec, true);
    spec.usageMessage()
        .header(header)
        .synopsisSubcommandLabel("COMMAND")
        .commandListHeading("%nCommands:%n");
    return spec;
  }

  private static CommandSpec leaf(String name, Command command) {
    var spec = spec(command).name(name);
    command.describe(spec);
    GlobalOptions.addTo(spec, true);
    spec.usageMessage().footer("", "See arda --help for the options of all commands.");
    return spec;
  }

  /** The commands below one by their names, without hidden ones. */
  static Map<String, CommandSpec> commands(CommandSpec spec) {
    var result = new LinkedHashMap<String, CommandSpec>();
    spec.subcommands()
        .forEach((name, line) -> {
          var sub = line.getCommandSpec();
          if (name.equals(sub.name()) && !sub.usageMessage().hidden()) {
            result.put(name, sub);
          }
        });
    return result;
  }

  /** Their names alone. */
  static List<String> names(CommandSpec spec) {
    return List.copyOf(commands(spec).keySet());
  }
}
