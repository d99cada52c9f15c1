package dev.arda.nix.core;

import java.nio.charset.StandardCharsets;

/** Has another runner run programs, and tells of each before it begins. */
public final class RecordingRunner implements ProcessRunner {

  private final ProcessRunner runner;
  private final Listener listener;

  /** Hears of programs; called by the threads that run them. */
  public interface Listener {
    /**
     * A program is about to begin.
     *
     * @param input what its standard input will hold; empty: nothing, or the caller writes to it
     * @param isTalkedTo whether the caller talks to it while it runs
     */
    void begins(Command command, String input, boolean isTalkedTo);
  }

  public RecordingRunner(ProcessRunner runner, Listener listener) {
    this.runner = runner;
    this.listener = listener;
  }

  @Override
  public CommandResult run(Command command, OutputListener output) {
    listener.begins(
        command,
        command.input().map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse(""),
        false);
    return runner.run(command, output);
  }

  @Override
  public ChildProcess start(Command command, OutputListener output) {
    listener.begins(command, "", true);
    return runner.start(command, output);
  }
}
