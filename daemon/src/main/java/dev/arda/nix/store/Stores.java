package dev.arda.nix.store;

import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.ProcessRunner;
import java.nio.file.Path;
import java.time.Clock;

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

  /**
   * The parts, put together.
   *
   * @param runner runs Nix
   * @param facts remembers what a Nix can do
   * @param roots directory for arda's own roots; created when needed
   * @param clock says when they expire
   */
  public static Stores create(ProcessRunner runner, NixFacts facts, Path roots, Clock clock) {
    var calls = new StoreCalls(runner, facts);
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
