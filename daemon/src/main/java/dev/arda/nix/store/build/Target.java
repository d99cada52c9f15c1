package dev.arda.nix.store.build;

import dev.arda.nix.types.NixException;

/** What a target stands for. */
sealed interface Target {

  /**
   * Outputs of a derivation that is in the store.
   *
   * @param drvPath the derivation
   * @param outputs {@link OutputChoice.All} or {@link OutputChoice.Names}
   */
  record Derivation(String drvPath, OutputChoice outputs) implements Target {}

  /** A store path that is to be there. */
  record StoreObject(String path) implements Target {}

  /** It cannot be found, evaluated or instantiated. */
  record Unknown(NixException failure) implements Target {}
}
