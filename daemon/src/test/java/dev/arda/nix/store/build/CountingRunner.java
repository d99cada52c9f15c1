package dev.arda.nix.store.build;

import dev.arda.nix.core.ChildProcess;
import dev.arda.nix.core.Command;
import dev.arda.nix.core.CommandResult;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.ProcessRunner;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Runs programs for real, and remembers which. */
final class CountingRunner implements ProcessRunner {

  final List<List<String>> commands = new CopyOnWriteArrayList<>();
  private final ProcessRunner runner;

  CountingRunner(ProcessRunner runner) {
    this.runner = runner;
  }

  @Override
  public CommandResult run(Command command, OutputListener listener) {
    commands.add(command.arguments());
    return runner.run(command, listener);
  }

  @Override
  public ChildProcess start(Command command, OutputListener listener) {
    commands.add(command.arguments());
    return runner.start(command, listener);
  }
}
