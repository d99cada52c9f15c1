package dev.arda.nix.remote;

/**
 * A password. It is never printed, logged or kept: only a program's standard input gets it.
 *
 * @param text as it was typed
 */
public record Secret(String text) {

  /** Says nothing of it. */
  @Override
  public String toString() {
    return "(secret)";
  }
}
