/**
 * Programs that measure arda against Nix; they are never tests, and nothing depends on them.
 *
 * <p>{@link dev.arda.bench.BenchMain} runs {@link dev.arda.bench.Section}s one after the other.
 * Each asks both sides the same questions in turn, so that whatever else the machine does meets
 * both, and checks that both give the same answer. It adds {@link dev.arda.bench.Row}s to the one
 * table, each with the target it is held against. Both sides live in a {@link
 * dev.arda.bench.Workspace}, which takes everything away again at the end, and on ^C.
 *
 * <p>{@code dev.arda.bench.jmh} has what is measured inside one process.
 */
@NullMarked
package dev.arda.bench;

import org.jspecify.annotations.NullMarked;
