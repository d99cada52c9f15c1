package dev.arda.nix.flake;

import dev.arda.nix.flake.cache.SelectionCache;
import dev.arda.nix.flake.cache.StoreFigures;
import dev.arda.nix.flake.eval.EvaluatorFigures;
import dev.arda.nix.flake.watch.WatchMetrics;

/**
 * What the parts that answer questions have done since the start.
 *
 * @param cache what is kept in memory
 * @param store what is kept on disk
 * @param flights evaluations that are shared
 * @param evaluators processes of Nix that evaluate
 * @param slow evaluations that took as long as is logged
 * @param states how flakes' states were found out
 * @param watch how sources are observed
 * @param watchedDirectories directories registered with the kernel now
 */
public record FlakesFigures(
    SelectionCache.Figures cache,
    StoreFigures store,
    FlightFigures flights,
    EvaluatorFigures evaluators,
    long slow,
    StateFigures states,
    WatchMetrics watch,
    int watchedDirectories) {}
