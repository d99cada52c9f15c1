package dev.arda.nix.flake.eval;

import dev.arda.nix.flake.eval.Evaluator.Priority;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of an evaluator that lives, or starts. Guarded by the lock of its owner. */
final class PoolMember {

  final EvaluatorLeases.Key key;
  final String sourcePath;
  final long since;
  Priority borrower;
  boolean busy = true;

  /** Ends when it is given back. */
  boolean doomed;

  long lastUsed;

  /** Bytes of memory at the last look; 0 if unknown. */
  long resident;

  /** Missing while it starts. */
  @Nullable WarmEvaluator evaluator;

  PoolMember(EvaluatorLeases.Key key, String sourcePath, Priority borrower, long now) {
    this.key = key;
    this.sourcePath = sourcePath;
    this.borrower = borrower;
    this.since = now;
    this.lastUsed = now;
  }

  /** The evaluator, of one that has started. */
  WarmEvaluator ready() {
    return Objects.requireNonNull(evaluator);
  }

  /** How it is, if it is ready. */
  Optional<EvaluatorStatus> status(long now) {
    return Optional.ofNullable(evaluator)
        .map(ready ->
            new EvaluatorStatus(
                key.state(),
                sourcePath,
                ready.pid(),
                resident,
                ready.questions(),
                Duration.ofNanos(now - since),
                busy));
  }
}
