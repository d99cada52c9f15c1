package dev.arda.nix.core;

/**
 * Hears what Nix is doing. Implementations must be quick and must not throw; they may be called
 * from any thread.
 */
public interface ProgressListener {

  /** Hears nothing. */
  ProgressListener NONE = progress -> {};

  /** Something changed. */
  void progress(NixProgress progress);
}
