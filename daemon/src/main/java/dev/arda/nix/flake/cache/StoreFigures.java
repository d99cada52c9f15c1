package dev.arda.nix.flake.cache;

import dev.arda.nix.core.Latencies;

/**
 * What was read from and written to disk since the start.
 *
 * @param loaded trees that were read, and how long that took
 * @param absent trees that were looked for and not there
 * @param damaged files that were removed since they could not be used
 * @param saved trees that were written, and how long that took
 * @param failed trees that could not be written
 */
public record StoreFigures(
    Latencies.Snapshot loaded, long absent, long damaged, Latencies.Snapshot saved, long failed) {}
