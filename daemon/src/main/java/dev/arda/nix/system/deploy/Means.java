package dev.arda.nix.system.deploy;

import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.remote.Ssh;
import dev.arda.nix.store.Stores;
import dev.arda.nix.store.build.Builds;
import dev.arda.nix.system.Hosts;
import dev.arda.nix.types.TimeLimit;
import java.util.random.RandomGenerator;

/**
 * What deployments work with.
 *
 * @param hosts knows hosts
 * @param builds builds systems
 * @param stores copies and compares them
 * @param ssh reaches targets
 * @param runner runs programs here
 * @param locks keeps deployments apart; one for the daemon
 * @param random makes names that nobody can foretell; thread-safe
 */
public record Means(
    Hosts hosts,
    Builds builds,
    Stores stores,
    Ssh ssh,
    ProcessRunner runner,
    TargetLocks locks,
    RandomGenerator random) {

  /**
   * The same, with hosts that are evaluated in limited time.
   *
   * @param limit for each evaluation
   */
  public Means within(TimeLimit limit) {
    return new Means(hosts.within(limit), builds, stores, ssh, runner, locks, random);
  }
}
