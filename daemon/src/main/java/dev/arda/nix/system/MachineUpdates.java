package dev.arda.nix.system;

import dev.arda.nix.types.NixException;

/** Brings machines to their configurations. */
@FunctionalInterface
public interface MachineUpdates {

  /**
   * Brings a machine to its configuration. Blocks; interrupting the thread gives it up unless the
   * activation has begun.
   *
   * @param operation {@code switch}, {@code boot}, {@code test} or {@code dry-activate}
   * @throws NixException if it is not as wished then, or was given up
   */
  void update(Machine machine, String operation);
}
