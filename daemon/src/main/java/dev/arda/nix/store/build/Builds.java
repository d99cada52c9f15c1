package dev.arda.nix.store.build;

import dev.arda.nix.core.Nix;
import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.store.Stores;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.StorePath;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;

/** Builds. One for all callers; thread-safe. */
public final class Builds {

  /** How long a build that could be joined may be kept from beginning. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final ProcessRunner runner;
  private final NixFacts facts;
  private final Targets targets;
  private final Identities identities;
  private final Results results;
  private final Path roots;
  private final InstantSource clock;

  /**
   * What a build is about, before it begins.
   *
   * @param flakeRef the flake of its first target, after defaults; empty: none
   * @param joinKey equal for builds that do the same; empty: equal to none
   */
  public record Identity(String flakeRef, String joinKey) {}

  private Builds(
      Flakes flakes,
      ProcessRunner runner,
      NixFacts facts,
      Stores stores,
      Path roots,
      InstantSource clock) {
    this.runner = runner;
    this.facts = facts;
    this.targets = new Targets(flakes, context -> nix(context).config().system(), Results::files);
    this.identities = new Identities(flakes, this::nix, PATIENCE);
    this.results = new Results(stores, clock);
    this.roots = roots;
    this.clock = clock;
  }

  /**
   * Builds, with roots for a week ({@link dev.arda.nix.store.GcRoots#hold}).
   *
   * @param flakes finds derivations
   * @param runner runs Nix
   * @param facts remembers what a Nix can do
   * @param roots directory for garbage collector roots; created when needed
   * @param clock says when they expire
   */
  public static Builds create(
      Flakes flakes, ProcessRunner runner, NixFacts facts, Path roots, Clock clock) {
    return new Builds(
        flakes,
        runner,
        facts,
        Stores.create(runner, facts, roots.resolve("held"), clock),
        roots.resolve("building"),
        clock);
  }

  /**
   * What a build is about. Blocks for at most two seconds while Nix finds out the state of a flake.
   *
   * @param planOnly whether it is for {@link #plan}
   */
  public Identity identity(BuildRequest request, boolean planOnly) {
    return identities.of(request, planOnly);
  }

  /**
   * Builds all targets of a request. Blocks; interrupting the thread ends it, with all processes
   * that were started.
   *
   * @return what came of each, also when all have failed
   * @throws NixException if nothing can be said of the targets: with the reason {@code CANCELLED}
   *     if it was given up; if there is no Nix; if there is nothing to tell differences against
   */
  public BuildResult build(BuildRequest request, BuildListener listener) {
    results.removeExpired();
    return run(request, listener, false);
  }

  /**
   * Finds the derivations, and tells the listener what would be built and downloaded; nothing is.
   *
   * @throws NixException as {@link #build}
   */
  public BuildResult plan(BuildRequest request, BuildListener listener) {
    return run(request, listener, true);
  }

  /**
   * Finds the derivations, which are in the store afterwards; nothing is built.
   *
   * @return the derivation of each target, and the paths that its outputs will have
   * @throws NixException as {@link #build}
   */
  public BuildResult derivations(BuildRequest request, BuildListener listener) {
    return run(request, new EarlyResults(listener), true).derivations();
  }

  /**
   * Holds a result no longer, because something else in the caller's store does from now on: the
   * profile of what it was deployed to.
   *
   * @param path store path of an output; nothing happens if it is not held
   */
  public void release(StorePath path) {
    results.release(path);
  }

  private BuildResult run(BuildRequest request, BuildListener listener, boolean planOnly) {
    return run(request, new EarlyResults(listener), planOnly).run();
  }

  private BuildRun run(BuildRequest request, EarlyResults listener, boolean planOnly) {
    var nix = nix(request.context());
    return new BuildRun(
        request,
        listener,
        planOnly,
        targets.within(request.limits().evaluation()),
        results,
        new Realisation(nix, runner, roots, listener, clock),
        clock);
  }

  private Nix nix(CallContext context) {
    return Nix.of(context, runner, facts);
  }
}
