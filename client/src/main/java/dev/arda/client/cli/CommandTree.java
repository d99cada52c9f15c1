package dev.arda.client.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** All commands, as picocli knows them. */
final class CommandTree {

  private CommandTree() {}

  /** A parser for command lines. Each command's specification holds its {@link Command}. */
  static CommandLine build() {
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
    add(root, "eval", new EvalCommand());
    var flake = group("flake", "Shows what a flake is and offers.");
    add(flake, "metadata", new FlakeMetadataCommand());
    add(flake, "show", new FlakeShowCommand());
    root.addSubcommand("flake", flake);
    var daemon = group("daemon", "Starts, stops and examines the daemon.");
    add(daemon, "start", new DaemonStartCommand());
    add(daemon, "stop", new DaemonStopCommand());
    add(daemon, "restart", new DaemonRestartCommand());
    add(daemon, "status", new DaemonStatusCommand());
    add(daemon, "logs", new DaemonLogsCommand());
    add(daemon, "run", new DaemonRunCommand());
    root.addSubcommand("daemon", daemon);
    add(root, "doctor", new DoctorCommand());
    add(root, "config", new ConfigCommand());
    add(root, "completion", new CompletionCommand());
    add(root, "version", new VersionCommand());
    add(root, "__complete", new CompleteCommand());
    add(root, "help", new HelpCommand());
    return new CommandLine(root)
        .setExpandAtFiles(false)
        .setInterpolateVariables(false)
        .setCaseInsensitiveEnumValuesAllowed(false)
        .setUsageHelpAutoWidth(false);
  }

  private static CommandSpec group(String name, String header) {
    var spec = CommandSpec.create().name(name);
    GlobalOptions.addTo(spec, true);
    spec.usageMessage()
        .header(header)
        .synopsisSubcommandLabel("COMMAND")
        .commandListHeading("%nCommands:%n");
    return spec;
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
