package dev.arda.client.cli;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** All commands, as picocli knows them. */
final class CommandTree {

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
    return build(words::contains);
  }

  private static CommandLine build(Predicate<String> wanted) {
    var root = CommandSpec.create().name("arda");
    GlobalOptions.addTo(root, false);
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
    if (wanted.test("eval") || wanted.test("select")) {
      add(root, "eval", new EvalCommand());
    }
    if (wanted.test("flake")) {
      var flake = group(root, "flake", "Shows what a flake is and offers.");
      add(flake, "metadata", new FlakeMetadataCommand());
      add(flake, "show", new FlakeShowCommand());
    }
    if (wanted.test("daemon")) {
      var daemon = group(root, "daemon", "Starts, stops and examines the daemon.");
      add(daemon, "start", new DaemonStartCommand());
      add(daemon, "stop", new DaemonStopCommand());
      add(daemon, "restart", new DaemonRestartCommand());
      add(daemon, "status", new DaemonStatusCommand());
      add(daemon, "logs", new DaemonLogsCommand());
      add(daemon, "run", new DaemonRunCommand());
    }
    addIf(wanted, root, "doctor", DoctorCommand::new);
    addIf(wanted, root, "config", ConfigCommand::new);
    addIf(wanted, root, "completion", CompletionCommand::new);
    addIf(wanted, root, "version", VersionCommand::new);
    addIf(wanted, root, "__complete", CompleteCommand::new);
    addIf(wanted, root, "help", HelpCommand::new);
    return new CommandLine(root)
        .setExpandAtFiles(false)
        .setInterpolateVariables(false)
        .setCaseInsensitiveEnumValuesAllowed(false)
        .setUsageHelpAutoWidth(false);
  }

  private static CommandSpec group(CommandSpec root, String name, String header) {
    var spec = CommandSpec.create().name(name);
    GlobalOptions.addTo(spec, true);
    spec.usageMessage()
        .header(header)
        .synopsisSubcommandLabel("COMMAND")
        .commandListHeading("%nCommands:%n");
    root.addSubcommand(name, spec);
    return spec;
  }

  private static void addIf(
      Predicate<String> wanted, CommandSpec parent, String name, Supplier<Command> command) {
    if (wanted.test(name)) {
      add(parent, name, command.get());
    }
  }

  private static void add(CommandSpec parent, String name, Command command) {
    var spec = CommandSpec.wrapWithoutInspection(command).name(name);
    command.describe(spec);
    GlobalOptions.addTo(spec, true);
    spec.usageMessage().footer("", "See arda --help for the options of all commands.");
    parent.addSubcommand(name, spec);
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
