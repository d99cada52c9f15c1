package dev.arda.nix.core;

/**
 * What Nix is doing at the moment.
 *
 * @param phase the kind of work
 * @param text one line for a person, without control characters
 * @param done how much is done, in the unit of {@code expected}; 0 if unknown
 * @param expected how much there is to do; 0 if unknown
 */
public record NixProgress(Phase phase, String text, long done, long expected) {

  /** Kinds of work. */
  public enum Phase {
    /** Waiting for a free place. */
    WAITING,
    /** Finding out which state of a flake is meant, fetching what is missing. */
    FETCHING,
    /** Evaluating. */
    EVALUATING,
    /** Building. */
    BUILDING
  }
}
