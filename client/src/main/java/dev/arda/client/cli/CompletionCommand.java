package dev.arda.client.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda completion}: prints the script that teaches a shell to complete. */
final class CompletionCommand implements Command {

  /** The shells there are scripts for. */
  static final List<String> SHELLS = List.of("bash", "zsh", "fish");

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Prints a script that teaches a shell to complete arda's words.")
        .description(
            "",
            "bash:  source <(arda completion bash)",
            "zsh:   source <(arda completion zsh)",
            "fish:  arda completion fish | source",
            "");
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("SHELL")
            .arity("1")
            .index("0")
            .required(true)
            .type(String.class)
            .description("bash, zsh or fish")
            .build());
  }

  @Override
  public int run(Session session, ParseResult arguments) {
    String shell = arguments.matchedPositionalValue(0, "");
    if (!SHELLS.contains(shell)) {
      throw new UsageException(
          "there is no script for %s; there are some for bash, zsh and fish".formatted(shell));
    }
    try (var script = CompletionCommand.class.getResourceAsStream("arda." + shell)) {
      session
          .console()
          .out()
          .text(new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8));
      return ExitCode.OK;
    } catch (IOException e) {
      throw new OutputException(e);
    }
  }
}
