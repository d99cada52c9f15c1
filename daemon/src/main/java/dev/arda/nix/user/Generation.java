package dev.arda.nix.user;

import java.time.Instant;

/**
 * A generation of a home.
 *
 * @param number its number in the profile
 * @param created when it was made
 * @param storePath what it is
 * @param current whether the profile leads to it
 */
public record Generation(long number, Instant created, String storePath, boolean current) {}
