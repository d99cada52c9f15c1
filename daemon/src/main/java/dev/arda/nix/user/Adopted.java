package dev.arda.nix.user;

/**
 * A file that a flake has now.
 *
 * @param file absolute path in the flake
 * @param tracked whether git knows it; else the flake is in no repository
 * @param declaration what is to be written in the flake for the environment to have it, in Nix;
 *     empty: it is declared already
 */
public record Adopted(String file, boolean tracked, String declaration) {}
