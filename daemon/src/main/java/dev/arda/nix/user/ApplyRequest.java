package dev.arda.nix.user;

import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.StageLimits;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A wish that homes be as a flake says.
 *
 * @param context who wishes
 * @param flake flake reference; empty: the caller's default
 * @param users names of users, as {@link HomeNames} understands them
 * @param mode how far to go
 * @param policy what becomes of files in the way
 * @param policies what becomes of single ones, by paths below the home directory
 * @param backupExtension what is added to the names of backups
 * @param specialisation specialisation of the environment to activate; empty: none
 * @param rollback instead of what the flake says, a generation that there is already
 * @param place the machine; empty: this one
 * @param engine what does it
 * @param secrets whether and how the user's secrets are put there
 * @param accountsMayCome whether a dry run is content with accounts that are not there, since what
 *     is deployed before may bring them
 * @param buildThere whether the other machine builds what it is to have, and not this one
 * @param limits how long evaluations, builds and copies may take
 */
public record ApplyRequest(
    CallContext context,
    String flake,
    List<String> users,
    Mode mode,
    Collision.Policy policy,
    Map<String, Collision.Policy> policies,
    String backupExtension,
    String specialisation,
    Optional<Rollback> rollback,
    Optional<Place> place,
    Engine engine,
    Secrets secrets,
    boolean accountsMayCome,
    boolean buildThere,
    StageLimits limits) {

  /** Copies the collections. */
  public ApplyRequest {
    users = List.copyOf(users);
    policies = Map.copyOf(policies);
  }

  /**
   * What becomes of secrets.
   *
   * @param wanted whether those that the flake declares are put onto the machine; else those that
   *     are there stay
   * @param identity file of the keys that decrypt them; empty: the usual one
   */
  public record Secrets(boolean wanted, Optional<Path> identity) {
    /** Put there, with the usual keys. */
    public static final Secrets USUAL = new Secrets(true, Optional.empty());
  }

  /** What builds and activates. */
  public enum Engine {
    /** arda. */
    NATIVE,
    /** The command {@code home-manager}, in its own way; secrets stay as they are. */
    HOME_MANAGER
  }

  /** How far to go. */
  public enum Mode {
    /** Build, and no more. */
    BUILD,
    /** Build, tell what would change and what is in the way, and change nothing. */
    DRY_RUN,
    /** Activate. */
    SWITCH
  }

  /**
   * A generation that there is.
   *
   * @param number its number; 0: the one before the current one
   */
  public record Rollback(long number) {}

  Collision.Policy policy(String path) {
    return policies.getOrDefault(path, policy);
  }

  boolean makesBackups() {
    return policy == Collision.Policy.BACK_UP || policies.containsValue(Collision.Policy.BACK_UP);
  }
}
