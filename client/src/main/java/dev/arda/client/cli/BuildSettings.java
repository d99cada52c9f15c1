package dev.arda.client.cli;

import dev.arda.v1.NixSetting;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Settings of Nix that people change from build to build, as options of the names that {@code nix}
 * gives them. All others are set by {@code --option}.
 */
final class BuildSettings {

  private record Option(String setting, String letter, String label, String description) {

    String name() {
      return "--" + setting;
    }

    OptionSpec spec() {
      var builder =
          letter.isEmpty() ? OptionSpec.builder(name()) : OptionSpec.builder(name(), letter);
      return builder
          .arity("1")
          .type(String.class)
          .paramLabel(label)
          .description(description)
          .build();
    }
  }

  private static final List<Option> OPTIONS =
      List.of(
          new Option(
              "max-jobs",
              "-j",
              "N",
              "Build so many derivations at a time here; auto: one a processor."),
          new Option("cores", "", "N", "Let each build use so many processors; 0: all."),
          new Option("builders", "", "MACHINES", "Build on these machines as well; '': on none."),
          new Option(
              "substituters",
              "",
              "URLS",
              "Download from these stores only; '': build everything."));

  private BuildSettings() {}

  /** Adds the options to a command that builds. */
  static void addTo(CommandSpec spec) {
    OPTIONS.forEach(option -> spec.addOption(option.spec()));
  }

  /** What one level of a command line says. */
  static Stream<NixSetting> of(ParseResult level) {
    return OPTIONS.stream()
        .filter(option -> level.hasMatchedOption(option.name()))
        .map(option ->
            NixSetting.newBuilder()
                .setName(option.setting())
                .setValue(level.<String>matchedOptionValue(option.name(), ""))
                .build());
  }
}
