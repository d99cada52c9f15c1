package dev.arda.nix.remote;

import dev.arda.nix.core.Command;
import dev.arda.nix.core.CommandResult;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.types.CallContext;

/**
 * The machine that arda runs on.
 *
 * @param runner runs programs
 * @param context whose variables they have
 */
public record LocalShell(ProcessRunner runner, CallContext context) implements Shell {

  @Override
  public CommandResult run(RemoteScript script, OutputListener listener) {
    return runner.run(
        Command.of(script.words(), context.environment(), context.cwd())
            .input(script.input())
            .timeLimit(script.limit())
            .build(),
        listener);
  }

  @Override
  public String name() {
    return "this machine";
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
