package dev.arda.nix.user;

import dev.arda.nix.store.build.BuildListener;

/**
 * Hears how environments are applied. Users are told of by their index in the request; of builds
 * they are the targets. Called from one thread at a time; must not throw.
 */
public interface ApplyListener extends BuildListener {

  /** What is done for a user; all but the first once the environment is built. */
  enum Step {
    /** It is built on the other machine. */
    BUILD,
    /** What was built is taken to the other machine. */
    COPY,
    /** It is looked what would change, and what is in the way. */
    INSPECT,
    /** The generation is activated. */
    ACTIVATE,
    /** It is looked whether everything is in its place. */
    VERIFY
  }

  /** Where a step is. */
  enum StepState {
    /** It goes on. */
    RUNNING,
    /** It is done. */
    SUCCEEDED,
    /** It failed. */
    FAILED
  }

  /**
   * A step is somewhere else.
   *
   * @param failure why it failed, in one line; empty unless it did
   */
  void step(int user, Step step, StepState state, String failure);

  /** What builds on the other machine printed a line. */
  void building(int user, String line);

  /** A store path, of this name, is being taken to the other machine. */
  void copying(int user, String path);

  /** The activation for a user printed a line. */
  void printed(int user, String line);

  /** The activation for a user has failed: what is printed from now on is of what was before. */
  void restoring(int user);

  /** Something about a user that a person should read. */
  void note(int user, String text);
}
