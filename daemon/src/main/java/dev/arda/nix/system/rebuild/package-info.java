/**
 * The programs {@code nixos-rebuild} and {@code darwin-rebuild}, which others know how to read the
 * output of (the seed, sections 5.7 and 15.2.4).
 *
 * <p>{@link dev.arda.nix.system.rebuild.RebuildTools} finds one, or has it from the package set,
 * and finds out which options it knows: there are a program in bash and one in Python, each in many
 * versions. {@link dev.arda.nix.system.rebuild.RebuildCommand} builds its argument list. What its
 * end means is not for this package to say: these programs do not tell.
 */
@NullMarked
package dev.arda.nix.system.rebuild;

import org.jspecify.annotations.NullMarked;
