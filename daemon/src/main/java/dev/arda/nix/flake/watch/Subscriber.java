package dev.arda.nix.flake.watch;

import java.nio.file.Path;

/**
 * Wants the events of one directory. Called by the engine's consumer thread, holding the engine's
 * lock.
 */
interface Subscriber {
  /** An entry of the directory changed. */
  void changed(DirectoryEvents.Kind kind, Path name);

  /** Events of the directory were lost. */
  void overflowed();

  /** The directory was deleted or unmounted; no further calls follow. */
  void gone();
}
