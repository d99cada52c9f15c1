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
 * @param engine what does it
 * @param planOnly whether only to look and tell what would be built
 * @param rollback generation to go back to instead of evaluating and building: 0 is the one before
 *     the present one; empty: no rollback
 * @param specialisation which specialisation to activate
 * @param reach where and how the hosts are reached
 * @param buildHost where systems are built instead of where the flake says, {@code
 *     [user@]host[:port]}; {@code localhost}: here
 * @param rollout in which order and how many at a time
 * @param verification when a target goes back after it has activated
 * @param diff whether to look at targets and tell the differences though nothing is deployed
 */
public record DeployRequest(
    CallContext context,
    String flake,
    List<String> selections,
    DeployMode mode,
    Engine engine,
    boolean planOnly,
    OptionalInt rollback,
    Optional<String> specialisation,
    Reach reach,
    Optional<String> buildHost,
    Rollout rollout,
    Verification verification,
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

  /**
   * When a target goes back after it has activated.
   *
   * @param confirmation how long it waits for arda to reach it anew; zero: it does not wait
   * @param checks commands for {@code /bin/sh} that have to succeed there, beside those of the
   *     flake
   * @param checkLimit how long the checks of a target may take to succeed, all together; they are
   *     tried again until then
   */
  public record Verification(Duration confirmation, List<String> checks, Duration checkLimit) {

    /** How long checks may take unless it is said. */
    public static final Duration CHECK_LIMIT = Duration.ofSeconds(30);

    /** Copies the list. */
    public Verification {
      checks = List.copyOf(checks);
    }
  }

  /** Whether targets have to be looked at. */
  boolean touchesTargets() {
    return mode != DeployMode.BUILD || diff;
  }
}
