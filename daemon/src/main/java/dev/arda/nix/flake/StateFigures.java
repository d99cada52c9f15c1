package dev.arda.nix.flake;

import dev.arda.nix.core.Latencies;

/**
 * How the states of flakes were found out, since the start.
 *
 * @param flakes flakes whose sources are observed now
 * @param remembered questions whose flake had not changed
 * @param asked times Nix was asked for a state, and how long it took
 */
public record StateFigures(int flakes, long remembered, Latencies.Snapshot asked) {}
