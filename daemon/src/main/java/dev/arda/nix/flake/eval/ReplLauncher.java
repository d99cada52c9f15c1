package dev.arda.nix.flake.eval;

import dev.arda.nix.core.ChildProcess;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.types.CallContext;
import java.nio.file.Path;

/** Starts the processes that warm evaluators consist of. Thread-safe; the methods block. */
public interface ReplLauncher {

  /**
   * What two callers must have in common to share an evaluator.
   *
   * @throws dev.arda.nix.types.CommandException if the caller has no usable Nix
   */
  Identity identity(CallContext context);

  /**
   * Starts a {@code nix repl} that evaluates purely and says what it does in Nix's internal format.
   *
   * @param dataHome where it finds and leaves what belongs to the user: not the user's own place
   * @param errors hears its standard error
   * @throws dev.arda.nix.types.CommandException if it cannot be started
   */
  ChildProcess start(CallContext context, Path dataHome, OutputListener errors);

  /**
   * Protects a store path from garbage collection.
   *
   * @param link absolute path of the link that protects it, to be created
   * @throws dev.arda.nix.types.NixException if it cannot be protected, or the thread was
   *     interrupted
   */
  void protect(CallContext context, String storePath, Path link);

  /**
   * What an evaluator depends on beside the state of the flake.
   *
   * @param program the program's file
   * @param surroundings options, settings and variables
   */
  record Identity(Object program, String surroundings) {}
}
