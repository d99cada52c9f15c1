/**
 * What tests with a real Nix need: a store of their own, flakes to ask, and the Nix programs to ask
 * with.
 */
@NullMarked
package dev.arda.nix.testing;

import org.jspecify.annotations.NullMarked;
