/**
 * Builds: from what a person names to outputs in the store.
 *
 * <p>{@link dev.arda.nix.store.build.Targets} finds the derivations of {@link
 * dev.arda.nix.store.build.BuildTarget}s, all those of one flake in one evaluation, by way of
 * {@link dev.arda.nix.flake.Flakes}, so that what is known needs no Nix. {@link
 * dev.arda.nix.store.build.Builds} has one Nix process build all that is not there yet, and says of
 * each target what became of it: one that fails fails only itself.
 */
@NullMarked
package dev.arda.nix.store.build;

import org.jspecify.annotations.NullMarked;
