package dev.arda.nix.core;

import dev.arda.nix.types.CommandException;

/** Runs programs. The only way to create a process in arda. */
public interface ProcessRunner {

  /**
   * Runs a program to its end. When this returns or throws, the program and every process of its
   * group are gone, including those it left in the background.
   *
   * <p>Blocks; interrupting the thread ends the program.
   *
   * @param command what to run
   * @param listener hears the output while it is printed, from two other threads
   * @return how it ended, whatever its exit code
   * @throws CommandException {@code COMMAND_FAILED}: there is no such program or directory, it
   *     cannot be started, or it printed more than the limit; {@code COMMAND_TIMEOUT}: it ran
   *     longer than its limit; {@code CANCELLED}: the thread was interrupted (its interrupt flag is
   *     set again); {@code REQUEST_INVALID}: an argument is too long for the system
   */
  CommandResult run(Command command, OutputListener listener);

  /** Runs a program to its end without hearing its output. */
  default CommandResult run(Command command) {
    return run(command, OutputListener.NONE);
  }

  /**
   * Starts a program that the caller talks to. The command's input, output limit and time limit are
   * not used; its grace period applies when the program leaves processes behind.
   *
   * @param listener hears standard error; standard output is the caller's to read
   * @throws CommandException if it cannot be started, as for {@link #run}
   */
  ChildProcess start(Command command, OutputListener listener);
}
