/**
 * Tests of freshness on real file systems and real git repositories. {@code WatchHarness} opens the
 * service, {@code FaultyEvents} breaks its event queue on demand, {@code TreeMutator} changes trees
 * at random. {@code FreshnessTrial} is a program for long runs.
 */
@NullMarked
package dev.arda.nix.flake.watch;

import org.jspecify.annotations.NullMarked;
