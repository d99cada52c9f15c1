package dev.arda.daemon.rpc;

import dev.arda.nix.flake.cache.SelectionCache;
import dev.arda.nix.flake.eval.EvaluatorFigures;
import dev.arda.nix.flake.watch.SourceSpec;
import dev.arda.nix.flake.watch.WatchMode;
import dev.arda.nix.flake.watch.WatchStatus;
import dev.arda.v1.CacheTotals;
import dev.arda.v1.EvaluatorStatus;
import dev.arda.v1.EvaluatorTotals;
import dev.arda.v1.FlakeStatus;
import dev.arda.v1.SourceMode;
import dev.arda.v1.SourceStatus;

/** Translates what the daemon is busy with into messages. */
final class StatusTranslator {

  private StatusTranslator() {}

  static EvaluatorTotals totals(EvaluatorFigures figures) {
    return EvaluatorTotals.newBuilder()
        .setRunning(figures.running())
        .setBusy(figures.busy())
        .setWaiting(figures.waiting())
        .setMaxRunning(figures.maximum())
        .setResidentBytes(figures.residentBytes())
        .setMaxResidentBytes(figures.maximumBytes())
        .build();
  }

  static CacheTotals totals(SelectionCache.Figures figures) {
    return CacheTotals.newBuilder()
        .setStates((int) figures.trees())
        .setBytes(figures.bytes())
        .setMaxBytes(figures.maximumBytes())
        .setHits(figures.hits())
        .setMisses(figures.misses())
        .build();
  }

  static FlakeStatus flake(dev.arda.nix.flake.FlakeStatus flake) {
    var state = flake.state();
    var result =
        FlakeStatus.newBuilder()
            .setFlakeRef(state.flakeRef())
            .setLockedUrl(state.lockedUrl())
            .setNarHash(state.narHash())
            .setRevision(state.revision().or(state::dirtyRevision).orElse(""))
            .setIdentity(flake.identity())
            .setLastUsedAt(Times.toProto(flake.lastUsed()))
            .setHits(flake.hits())
            .setSelectorsEvaluated(flake.evaluated())
            .setRunningEvaluations(flake.running())
            .setKeptBytes(flake.keptBytes())
            .setAskedReason(flake.whyAsked().orElse(""))
            .setOneShotReason(flake.whyNotWarm().orElse(""));
    flake.sources().forEach(source -> result.addSources(source(source)));
    for (var evaluator : flake.evaluators()) {
      result.addEvaluators(
          EvaluatorStatus.newBuilder()
              .setPid(evaluator.pid())
              .setResidentBytes(evaluator.residentBytes())
              .setQuestions(evaluator.questions())
              .setUptime(Times.toProto(evaluator.uptime()))
              .setBusy(evaluator.busy()));
    }
    return result.build();
  }

  private static SourceStatus source(WatchStatus status) {
    var result = SourceStatus.newBuilder();
    switch (status.source()) {
      case SourceSpec.PathTree(var root) -> result.setSource(root.toString());
      case SourceSpec.GitTree(var worktree) -> result.setSource(worktree.toString()).setGit(true);
      case SourceSpec.Fixed(var identity) -> result.setSource(identity);
      case SourceSpec.All all -> result.setSource(all.toString()); // never: it is told in parts
    }
    switch (status.mode()) {
      case WatchMode.Watching(int directories) ->
          result.setMode(SourceMode.SOURCE_MODE_WATCHED).setWatchedDirectories(directories);
      case WatchMode.Scanning(var reason) ->
          result.setMode(SourceMode.SOURCE_MODE_SCANNED).setScannedReason(reason);
      case WatchMode.Unchanging() -> result.setMode(SourceMode.SOURCE_MODE_UNCHANGING);
    }
    return result.build();
  }
}
