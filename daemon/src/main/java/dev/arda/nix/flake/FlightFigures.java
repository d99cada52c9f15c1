package dev.arda.nix.flake;

/**
 * Evaluations that callers share, since the start.
 *
 * @param started selectors whose evaluation was begun
 * @param joined times a caller found that somebody else was evaluating its selector already
 * @param left times a caller gave up on a selector before its answer was there
 * @param abandoned evaluations that were stopped since the last caller had left
 * @param flying selectors that are being evaluated now
 */
public record FlightFigures(long started, long joined, long left, long abandoned, int flying) {}
