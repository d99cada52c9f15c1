package dev.arda.nix.store.build;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.core.build.BuildLogListener;
import java.time.Duration;
import java.util.List;

/**
 * Hears how a build goes: what Nix tells of derivations and downloads, what is evaluated, and what
 * becomes of targets. Called from one thread at a time; must not throw.
 */
public interface BuildListener extends BuildLogListener, ProgressListener {

  /** Where a target is. */
  enum TargetState {
    /** Its derivation is being found. */
    EVALUATING,
    /** It is being built, or waits for that. */
    BUILDING,
    /** It was there already. */
    CACHED,
    /** It is built. */
    SUCCEEDED,
    /** It failed. */
    FAILED,
    /** It was given up. */
    CANCELLED
  }

  /**
   * A target is somewhere else.
   *
   * @param index its index in the request
   * @param drvPath its derivation; empty: not known yet, or none
   * @param failure why it failed, in one line; empty unless it did
   */
  void target(int index, TargetState state, String drvPath, String failure);

  /**
   * What was wanted of a target is in the store, and protected until the build ends. Told once for
   * each target that comes to that, which may be long before the build of all has ended.
   *
   * @param index its index in the request
   * @param outputs in the order of their names
   */
  default void built(int index, List<BuildResult.Output> outputs) {}

  /**
   * How long the processes may take to end after {@code SIGTERM} when the build is given up. Asked
   * by other threads, when they are told to end and again while they take their time.
   */
  Duration grace();
}
