/**
 * What has been learnt about the outputs of flakes, so that no question is put to Nix twice.
 *
 * <p>A {@link dev.arda.nix.flake.cache.SelectionTree} belongs to one state of one flake, evaluated
 * in one way (its {@link dev.arda.nix.flake.cache.SelectionKey}). Answers go in, in the typed
 * encoding, where nothing is collapsed; questions are answered from it exactly as a fresh
 * evaluation would, or not at all. Per value it keeps three separate facts and never infers one
 * from another: its kind, whether all its names are known, and what it is as a whole.
 *
 * <p>Inside, all knowledge is immutable. An answer is first turned into the knowledge it implies
 * ({@code Teaching}), which is then merged into what is known ({@code Merge}); the tree swaps one
 * reference. So readers never wait, and an answer that does not fit changes nothing. A value that
 * is known as a whole is one {@link dev.arda.nix.flake.cache.TypedValue}; only the values of which
 * parts are known are {@code Partial}.
 *
 * <p>{@link dev.arda.nix.flake.cache.SelectionCache} keeps the trees that are in use within a
 * number of bytes, and {@link dev.arda.nix.flake.cache.SelectionStore} keeps them on disk, where a
 * damaged file costs an evaluation and nothing else.
 */
@NullMarked
package dev.arda.nix.flake.cache;

import org.jspecify.annotations.NullMarked;
