package dev.arda.nix.remote;

import dev.arda.nix.core.CommandResult;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.SystemException;

/** Runs scripts on one machine, this or another. Thread-safe; every method blocks. */
public interface Shell extends AutoCloseable {

  /**
   * Runs a script to its end.
   *
   * @param listener hears what it prints
   * @return how it ended, whatever its exit code; 255 is never one
   * @throws SystemException if the machine cannot be reached or the connection breaks: what became
   *     of the script is not known then
   * @throws CommandException {@code COMMAND_TIMEOUT}, {@code CANCELLED}: likewise
   */
  CommandResult run(RemoteScript script, OutputListener listener);

  /** Runs a script to its end without hearing what it prints. */
  default CommandResult run(RemoteScript script) {
    return run(script, OutputListener.NONE);
  }

  /** Which machine, for a person. */
  String name();

  /** Lets the connection go. */
  @Override
  void close();
}
