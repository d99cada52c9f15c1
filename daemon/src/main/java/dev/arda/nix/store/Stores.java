package dev.arda.nix.store;

import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.ProcessRunner;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * Everything that can be done with stores; one for all callers.
 *
 * @param closures what is in them
 * @param roots what is kept
 * @param collector removes what is not
 * @param copies copies between them
 * @param signatures signs and verifies
 */
public record Stores(
    Closures closures,
    GcRoots roots,
    GarbageCollector collector,
    StoreCopies copies,
    Signatures signatures) {

  /** One about a few thousand paths takes seconds, and minutes over a slow line. */
  private static final Duration QUESTION_LIMIT = Duration.ofMinutes(30);

  /**
   * The parts, put together. A question to a store may take half an hour.
   *
   * @param runner runs Nix
   * @param facts remembers what a Nix can do
   * @param roots directory for arda's own roots; created when needed
   * @param clock says when they expire
   */
  public static Stores create(ProcessRunner runner, NixFacts facts, Path roots, Clock clock) {
    return create(runner, facts, roots, clock, QUESTION_LIMIT);
  }

  /**
   * The parts, put together.
   *
   * @param question how long a question to a store may take
   */
  public static Stores create(
      ProcessRunner runner, NixFacts facts, Path roots, Clock clock, Duration question) {
    var calls = new StoreCalls(runner, facts, question);
    var closures = new Closures(calls);
    var signatures = new Signatures(calls, closures);
    return new Stores(
        closures,
        new GcRoots(calls, roots, clock),
        new GarbageCollector(calls, closures),
        new StoreCopies(calls, closures, signatures),
        signatures);
  }
}
