/**
 * The Nix store (the seed, sections 1.2, 2.4 and 15.2.3): what is in it, what needs what, what is
 * kept, and how paths get from one store to another.
 *
 * <p>Text becomes a {@link dev.arda.nix.types.StorePath} in {@link
 * dev.arda.nix.store.StoreDirectory}, which knows where the caller's store is, also the one that
 * tests use. Everything else takes store paths, so that no file name, flag or path of another store
 * gets any further.
 *
 * <p>{@link dev.arda.nix.store.Closures} asks Nix what belongs to a path. A {@link
 * dev.arda.nix.store.Closure} is a value: sizes, the chain by which one path needs another, and
 * what changed between two of them are computed from it, not asked for. {@link
 * dev.arda.nix.store.GcRoots} keeps things from the garbage collector, {@link
 * dev.arda.nix.store.GarbageCollector} runs it, {@link dev.arda.nix.store.StoreCopies} copies, and
 * {@link dev.arda.nix.store.Signatures} signs and verifies.
 *
 * <p>Everything that runs Nix blocks, throws {@link dev.arda.nix.types.StoreException}, and is
 * ended by interrupting its thread ({@link dev.arda.nix.types.CommandException} with the reason
 * {@code CANCELLED}); the processes it started are gone then. All classes are safe for use by many
 * threads.
 */
@NullMarked
package dev.arda.nix.store;

import org.jspecify.annotations.NullMarked;
