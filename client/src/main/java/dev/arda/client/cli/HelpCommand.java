package dev.arda.client.cli;

import java.util.List;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda help}. */
final class HelpCommand implements Command {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().header("Explains a command.");
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("COMMAND")
            .arity("0..*")
            .index("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("For example daemon status")
            .build());
  }

  @Override
  public int run(Session session, ParseResult arguments) {
    List<String> words = arguments.matchedPositionalValue(0, List.of());
    var line = CommandTree.build();
    for (var word : words) {
      var next = line.getSubcommands().get(word);
      if (next == null) {
        var names = CommandTree.names(line.getCommandSpec());
        throw new UsageException(
            "there is no command "
                + word
                + Similar.nearest(word, names)
                    .map(near -> "; did you mean " + near + "?")
                    .orElse(""));
      }
      line = next;
    }
    session.console().out().text(line.getUsageMessage(Ansi.OFF));
    return ExitCode.OK;
  }
}
