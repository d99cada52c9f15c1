/**
 * Programs for a moment (the seed, sections 1.3 and 15.2.6): packages whose programs are put on the
 * {@code PATH} of a command without being installed.
 *
 * <p>{@link dev.arda.nix.shell.Packages} decides what may be had: the list {@code
 * allowed-packages.json} beside this package, and what the user has added to it. {@link
 * dev.arda.nix.shell.Shell} has it: what the surroundings provide is used from there, what was had
 * before is found by its link, without evaluating anything, and only the rest is built. The links
 * are garbage collector roots; those that nobody used for two weeks are removed.
 */
@NullMarked
package dev.arda.nix.shell;

import org.jspecify.annotations.NullMarked;
