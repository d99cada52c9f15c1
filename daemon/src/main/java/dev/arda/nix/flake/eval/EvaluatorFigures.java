package dev.arda.nix.flake.eval;

import dev.arda.nix.core.Latencies;
import java.util.Map;

/**
 * What evaluators do now, and have done since the start.
 *
 * @param maximum the most warm evaluators that may live; 0: there are none
 * @param maximumBytes the most memory that all of them may take
 * @param running warm evaluators that live, also while they start
 * @param busy those of them that are borrowed
 * @param waiting questions that wait for one
 * @param residentBytes memory of all when each was last looked at
 * @param started evaluators that became ready
 * @param failedStarts evaluators that did not
 * @param reused questions that found one which had been asked before
 * @param retired evaluators that were ended, by the reason; every reason is there
 * @param warmQuestions questions put to warm evaluators, and how long they took to answer
 * @param oneShots processes started for one batch of questions, and how long they took
 */
public record EvaluatorFigures(
    int maximum,
    long maximumBytes,
    int running,
    int busy,
    int waiting,
    long residentBytes,
    long started,
    long failedStarts,
    long reused,
    Map<Retirement, Long> retired,
    Latencies.Snapshot warmQuestions,
    Latencies.Snapshot oneShots) {

  /** Copies the map. */
  public EvaluatorFigures {
    retired = Map.copyOf(retired);
  }

  /**
   * Those of an evaluator that keeps nothing warm.
   *
   * @param oneShots processes started for one batch of questions, and how long they took
   */
  static EvaluatorFigures cold(Latencies.Snapshot oneShots) {
    return new EvaluatorFigures(
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        new EvaluatorCounters().retirements(),
        Latencies.Snapshot.EMPTY,
        oneShots);
  }
}
