package dev.arda.client.cli;

import dev.arda.v1.InputOverride;
import dev.arda.v1.NixOptions;
import dev.arda.v1.NixSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options that may stand before or after any subcommand.
 *
 * @param flake reference of the flake; empty: the default
 * @param nix options for Nix
 * @param json print JSON, on one line
 * @param privateDaemon ask a daemon of this command's own
 */
record GlobalOptions(String flake, NixOptions nix, boolean json, boolean privateDaemon) {

  /** Adds the options to a command. */
  static void addTo(CommandSpec spec, boolean hidden) {
    add(
        spec,
        hidden,
        option(
            "--flake",
            "REF",
            "The flake to ask. Default: $ARDA_FLAKE, $CLAN_DIR, or the nearest directory above with a flake.nix."));
    add(spec, hidden, pairs("--option", "NAME VALUE", "A setting for Nix; may be repeated."));
    add(
        spec,
        hidden,
        pairs("--override-input", "INPUT REF", "Use another flake for an input; may be repeated."));
    add(
        spec,
        hidden,
        flag(
            "--impure", "Evaluate with access to the environment and to all files. Never cached."));
    add(spec, hidden, flag("--offline", "Do not use the network."));
    add(spec, hidden, flag("--refresh", "Ask remote sources again."));
    add(spec, hidden, flag("--show-trace", "Show Nix's complete traces."));
    add(
        spec,
        hidden,
        option("--system", "SYSTEM", "The system to evaluate for, for example aarch64-linux."));
    add(spec, hidden, flag("--debug", "Show traces, logs, and what arda itself does."));
    add(spec, hidden, flag("--json", "Print JSON, on one line."));
    add(spec, hidden, flag("--no-daemon", "Ask a private daemon that ends with this command."));
    spec.addOption(
        OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .arity("0")
            .type(boolean.class)
            .description("Show this help.")
            .build());
  }

  private static void add(CommandSpec spec, boolean hidden, OptionSpec.Builder option) {
    spec.addOption(option.hidden(hidden).build());
  }

  private static OptionSpec.Builder flag(String name, String description) {
    return OptionSpec.builder(name).arity("0").type(boolean.class).description(description);
  }

  private static OptionSpec.Builder option(String name, String label, String description) {
    return OptionSpec.builder(name)
        .arity("1")
        .type(String.class)
        .paramLabel(label)
        .description(description);
  }

  private static OptionSpec.Builder pairs(String name, String label, String description) {
    return OptionSpec.builder(name)
        .arity("2")
        .type(List.class)
        .auxiliaryTypes(String.class)
        .paramLabel(label)
        .hideParamSyntax(true)
        .description(description);
  }

  /**
   * Gathers the options from all levels of a command line; of those that can be given once, the
   * last one counts.
   */
  static GlobalOptions of(ParseResult root) {
    var levels = new ArrayList<ParseResult>();
    for (var level = root; level != null; level = level.subcommand()) {
      levels.add(level);
    }
    var nix = NixOptions.newBuilder();
    for (var pair : pairs(levels, "--option")) {
      nix.addSettings(NixSetting.newBuilder().setName(pair.get(0)).setValue(pair.get(1)));
    }
    levels.stream().flatMap(BuildSettings::of).forEach(nix::addSettings);
    for (var pair : pairs(levels, "--override-input")) {
      nix.addInputOverrides(
          InputOverride.newBuilder().setInputPath(pair.get(0)).setFlakeRef(pair.get(1)));
    }
    nix.setImpure(isSet(levels, "--impure"))
        .setOffline(isSet(levels, "--offline"))
        .setRefresh(isSet(levels, "--refresh"))
        .setShowTrace(isSet(levels, "--show-trace"))
        .setSystem(text(levels, "--system").orElse(""))
        .setDebug(isSet(levels, "--debug"));
    return new GlobalOptions(
        text(levels, "--flake").orElse(""),
        nix.build(),
        isSet(levels, "--json"),
        isSet(levels, "--no-daemon"));
  }

  private static boolean isSet(List<ParseResult> levels, String name) {
    return levels.stream().anyMatch(level -> level.hasMatchedOption(name));
  }

  private static Optional<String> text(List<ParseResult> levels, String name) {
    return levels.stream()
        .filter(level -> level.hasMatchedOption(name))
        .map(level -> level.<String>matchedOptionValue(name, ""))
        .reduce((first, last) -> last);
  }

  private static List<List<String>> pairs(List<ParseResult> levels, String name) {
    var result = new ArrayList<List<String>>();
    for (var level : levels) {
      List<String> words = level.matchedOptionValue(name, List.of());
      for (int i = 0; i + 1 < words.size(); i += 2) {
        result.add(words.subList(i, i + 2));
      }
    }
    return result;
  }
}
