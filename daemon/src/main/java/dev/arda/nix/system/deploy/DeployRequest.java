package dev.arda.nix.system.deploy;

import dev.arda.nix.types.CallContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A wish to deploy.
 *
 * @param context who wishes
 * @param flake flake reference; empty: the caller's default
 * @param selections which hosts; not empty
 * @param mode how far
 * @param planOnly whether only to look and tell what would be built
 * @param rollback generation to go back to instead of evaluating and building: 0 is the one before
 *     the present one; empty: no rollback
 * @param specialisation which specialisation to activate
 * @param reach where and how the hosts are reached
 * @param rollout in which order and how many at a time
 * @param confirmation how long a target waits for arda before it goes back; zero: it does not wait
 * @param diff whether to look at targets and tell the differences though nothing is deployed
 */
public record DeployRequest(
    CallContext context,
    String flake,
    List<String> selections,
    DeployMode mode,
    boolean planOnly,
    OptionalInt rollback,
    Optional<String> specialisation,
    Reach reach,
    Rollout rollout,
    Duration confirmation,
    boolean diff) {

  /** Copies the list. */
  public DeployRequest {
    selections = List.copyOf(selections);
  }

  /**
   * Where and how hosts are reached.
   *
   * @param targetHost instead of what the flake says; for one host only
   * @param acceptNewHostKey whether unknown keys are trusted
   * @param jumpHosts to go through
   * @param substitute whether targets may fetch from their own substituters
   */
  public record Reach(
      Optional<String> targetHost,
      boolean acceptNewHostKey,
      List<String> jumpHosts,
      boolean substitute) {
    /** Copies the list. */
    public Reach {
      jumpHosts = List.copyOf(jumpHosts);
    }
  }

  /**
   * In which order.
   *
   * @param parallel how many hosts at a time; at least 1
   * @param canary how many go first; the others follow if none of them failed
   * @param maxFailures how many may fail before no further one is begun
   */
  public record Rollout(int parallel, int canary, int maxFailures) {}

  /** Whether targets have to be looked at. */
  boolean touchesTargets() {
    return mode != DeployMode.BUILD || diff;
  }
}
