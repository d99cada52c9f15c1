package dev.arda.nix.flake;

import dev.arda.nix.flake.eval.EvaluatorStatus;
import dev.arda.nix.flake.watch.WatchStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a flake that was asked, for {@code arda daemon status}.
 *
 * @param state its state at the last question
 * @param identity digest of that state and everything locked; empty where no digest was needed
 * @param lastUsed when the last question was asked
 * @param hits selectors that were answered from what was learnt
 * @param evaluated selectors that were put to Nix
 * @param running questions that are being answered now
 * @param keptBytes memory of what is known of that state, about
 * @param sources how its source, and the local inputs that its lock follows, are observed
 * @param whyAsked why Nix is asked for the state at each question, where sources are not observed
 * @param evaluators evaluators that are kept warm for that state
 * @param whyNotWarm why none is kept, where that is so
 */
public record FlakeStatus(
    FlakeState state,
    String identity,
    Instant lastUsed,
    long hits,
    long evaluated,
    int running,
    long keptBytes,
    List<WatchStatus> sources,
    Optional<String> whyAsked,
    List<EvaluatorStatus> evaluators,
    Optional<String> whyNotWarm) {

  /** Copies the lists. */
  public FlakeStatus {
    sources = List.copyOf(sources);
    evaluators = List.copyOf(evaluators);
  }
}
