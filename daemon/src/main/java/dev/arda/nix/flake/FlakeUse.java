package dev.arda.nix.flake;

import java.time.Instant;

/**
 * How a flake was used.
 *
 * @param state its state at the last question
 * @param lastUsed when the last question was asked
 * @param selectorsEvaluated selectors evaluated since the start
 * @param runningEvaluations evaluations that are running now
 */
public record FlakeUse(
    FlakeState state, Instant lastUsed, long selectorsEvaluated, int runningEvaluations) {}
