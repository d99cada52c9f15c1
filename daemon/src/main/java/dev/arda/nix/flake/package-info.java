/** Flakes: which one is meant, in which state, and what its outputs are. */
@NullMarked
package dev.arda.nix.flake;

import org.jspecify.annotations.NullMarked;
