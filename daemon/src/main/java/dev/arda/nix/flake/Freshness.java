package dev.arda.nix.flake;

/** How far a quick answer can be relied upon. */
public enum Freshness {
  /** It is so in the present state of the flake. */
  CURRENT,
  /** It was so in an earlier state; of the present one it is not known yet, or that is broken. */
  EARLIER,
  /** Nothing is known yet. */
  UNKNOWN
}
