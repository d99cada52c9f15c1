package dev.arda.nix.core;

import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.nio.charset.StandardCharsets;

/** How a program ended and what it printed. */
public final class CommandResult {

  private final Command command;
  private final int exitCode;
  private final byte[] output;
  private final String errorTail;

  CommandResult(Command command, int exitCode, byte[] output, String errorTail) {
    this.command = command;
    this.exitCode = exitCode;
    this.output = output;
    this.errorTail = errorTail;
  }

  /** What was run. */
  public Command command() {
    return command;
  }

  /** The exit code; 128 + N after signal N. */
  public int exitCode() {
    return exitCode;
  }

  /** Whether the exit code is 0. */
  public boolean succeeded() {
    return exitCode == 0;
  }

  /** How the program ended, in words that follow its name: {@code ended with exit code 3}. */
  public String ending() {
    int signal = exitCode - 128;
    return signal > 0 && signal <= 64
        ? "was ended by signal %d (exit code %d)".formatted(signal, exitCode)
        : "ended with exit code " + exitCode;
  }

  /** All of standard output, byte for byte (secrets are not removed). */
  public byte[] output() {
    return output;
  }

  /** Standard output as UTF-8. */
  public String outputText() {
    return new String(output, StandardCharsets.UTF_8);
  }

  /** The last lines of standard error, at most 64 Ki characters, without secrets. */
  public String errorTail() {
    return errorTail;
  }

  /**
   * This result, if the program succeeded.
   *
   * @throws CommandException with the reason {@code COMMAND_FAILED}, the exit code and the last
   *     words of the program, if it did not
   */
  public CommandResult orThrow() {
    if (succeeded()) {
      return this;
    }
    var lastWords = errorTail.lines().filter(line -> !line.isBlank()).reduce((a, b) -> b);
    throw new CommandException(
        Reason.COMMAND_FAILED,
        "%s failed with exit code %d%s"
            .formatted(
                command.programName(),
                exitCode,
                lastWords.map(words -> ": " + TerminalText.strip(words).strip()).orElse(".")),
        NixException.Details.NONE
            .with("program", command.programName())
            .with("exit_code", Integer.toString(exitCode)));
  }
}
