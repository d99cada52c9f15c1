package dev.arda.nix.core;

/**
 * Hears what a program prints, in whole lines without their ends and without secrets. Lines of
 * standard output come from one thread and lines of standard error from another one; a slow
 * listener slows the program down. Must not throw.
 */
public interface OutputListener {

  /** Hears nothing. */
  OutputListener NONE = new OutputListener() {};

  /** One line of standard output. */
  default void standardOutput(String line) {}

  /** One line of standard error. */
  default void standardError(String line) {}

  /**
   * The program is about to be ended because it was given up, or took too long: what it prints from
   * now on may come of that. Called by the thread that gives it up.
   */
  default void givenUp() {}
}
