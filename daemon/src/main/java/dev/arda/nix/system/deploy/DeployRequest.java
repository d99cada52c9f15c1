package dev.arda.nix.system.deploy;

import dev.arda.nix.remote.SshSettings;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.StageLimits;
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
 * @param stageLimits how long evaluations, builds and copies may take
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
    StageLimits stageLimits,
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
   * @param forwardAgent whether targets may use the keys of the caller's agent
   */
  public record Reach(
      Optional<String> targetHost,
      boolean acceptNewHostKey,
      List<String> jumpHosts,
      boolean substitute,
      boolean forwardAgent) {
    /** Copies the list. */
    public Reach {
      jumpHosts = List.copyOf(jumpHosts);
    }

    /** Without the agent. */
    public Reach(
        Optional<String> targetHost,
        boolean acceptNewHostKey,
        List<String> jumpHosts,
        boolean substitute) {
      this(targetHost, acceptNewHostKey, jumpHosts, substitute, false);
    }

    /**
     * How ssh goes there.
     *
     * @throws dev.arda.nix.types.SystemException {@code HOST_TARGET_INVALID}
     */
    public SshSettings settings(CallContext context) {
      return SshSettings.of(context, acceptNewHostKey, jumpHosts).forwardingAgent(forwardAgent);
    }
  }

  /**
   * In which order.
   *
   * @param limits how many hosts at a time
   * @param canary how many go first; the others follow if none of them failed
   * @param waves how many the waves of the others have, the last size being that of all that
   *     follow; empty: there is one
   * @param maxFailures how many may fail before no further one is begun
   */
  public record Rollout(Limits limits, int canary, List<WaveSize> waves, int maxFailures) {

    /** Copies the list. */
    public Rollout {
      waves = List.copyOf(waves);
    }

    /**
     * One wave, perhaps after those that go first.
     *
     * @param parallel how many hosts at a time, in every stage
     */
    public Rollout(int parallel, int canary, int maxFailures) {
      this(new Limits(parallel, parallel, parallel), canary, List.of(), maxFailures);
    }
  }

  /**
   * How many hosts at a time; at least 1 each. Systems that are built here are built by Nix, which
   * has limits of its own.
   *
   * @param remoteBuilds whose systems are built on other machines
   * @param copies that are copied to
   * @param activations that are activated and verified
   */
  public record Limits(int remoteBuilds, int copies, int activations) {}

  /**
   * How many hosts a wave has.
   *
   * @param amount at least 1
   * @param isPercent whether that is so many of a hundred, which is at most 100
   */
  public record WaveSize(int amount, boolean isPercent) {

    /** The number of hosts, at least 1, of so many as there are. */
    int of(int hosts) {
      return isPercent
          ? Math.max(1, Math.ceilDiv(hosts * amount, 100))
          : Math.min(amount, Math.max(1, hosts));
    }
  }

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
