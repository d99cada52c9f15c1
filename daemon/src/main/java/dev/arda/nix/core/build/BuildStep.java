package dev.arda.nix.core.build;

import java.time.Instant;
import java.util.Optional;

/**
 * The build of one derivation.
 *
 * @param drvPath the derivation
 * @param state where it is
 * @param phase what it is doing, for example {@code buildPhase}; empty: it has not said
 * @param machine the store of the remote builder; empty: here
 * @param startedAt when it began
 * @param finishedAt when it ended
 * @param failure why it failed; there if and only if it did
 */
public record BuildStep(
    String drvPath,
    State state,
    String phase,
    String machine,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<BuildFailure> failure) {

  /** Where a build is. The last four are final, unless Nix begins again. */
  public enum State {
    /** It is planned. */
    WAITING,
    /** It runs. */
    RUNNING,
    /** It was built. */
    SUCCEEDED,
    /** It failed, or something failed that it needs. */
    FAILED,
    /** It was planned, and then not needed: another process built it, or it was downloaded. */
    UNNEEDED,
    /** Nix ended before it was done. */
    CANCELLED
  }

  /** A build that is planned. */
  static BuildStep planned(String drvPath) {
    return new BuildStep(
        drvPath, State.WAITING, "", "", Optional.empty(), Optional.empty(), Optional.empty());
  }

  BuildStep running(String where, Instant now) {
    return new BuildStep(
        drvPath, State.RUNNING, "", where, Optional.of(now), Optional.empty(), Optional.empty());
  }

  BuildStep in(String newPhase) {
    return new BuildStep(drvPath, state, newPhase, machine, startedAt, finishedAt, failure);
  }

  BuildStep ended(State end, Instant now) {
    return new BuildStep(
        drvPath, end, phase, machine, startedAt, Optional.of(now), Optional.empty());
  }

  BuildStep failed(BuildFailure why, Instant now) {
    return new BuildStep(
        drvPath,
        State.FAILED,
        phase,
        machine,
        startedAt,
        Optional.of(finishedAt.orElse(now)),
        Optional.of(why));
  }
}
