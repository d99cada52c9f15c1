package dev.arda.nix.flake.cache;

/** Where there is no value, or none that has been asked for. */
enum Gap implements Knowledge {
  /** Nobody asked; never stored. */
  UNASKED,
  /** There is no such attribute or element. */
  ABSENT,
  /** There is no such attribute, and all that begin with the same byte are known by name. */
  ABSENT_AMONG_LISTED
}
