package dev.arda.nix.system.deploy;

import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.remote.Ssh;
import dev.arda.nix.store.Stores;
import dev.arda.nix.store.build.Builds;
import dev.arda.nix.system.Hosts;
import dev.arda.nix.types.TimeLimit;
import java.time.Duration;
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
 * @param activation how long the scripts of a system may take, and how long each look at them
 */
public record Means(
    Hosts hosts,
    Builds builds,
    Stores stores,
    Ssh ssh,
    ProcessRunner runner,
    TargetLocks locks,
    RandomGenerator random,
    Duration activation) {

  /** For the scripts of a system to do their work. */
  private static final Duration ACTIVATION = Duration.ofMinutes(30);

  /** What works with systems whose scripts have the time that they usually need. */
  public Means(
      Hosts hosts,
      Builds builds,
      Stores stores,
      Ssh ssh,
      ProcessRunner runner,
      TargetLocks locks,
      RandomGenerator random) {
    this(hosts, builds, stores, ssh, runner, locks, random, ACTIVATION);
  }

  /**
   * The same, with hosts that are evaluated in limited time.
   *
   * @param limit for each evaluation
   */
  public Means within(TimeLimit limit) {
    return new Means(hosts.within(limit), builds, stores, ssh, runner, locks, random, activation);
  }
}
