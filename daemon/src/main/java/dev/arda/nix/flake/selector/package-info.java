/**
 * The selector language: short paths into the outputs of a flake, with wildcards, sets and optional
 * steps. {@code docs/selectors.md} describes it for users.
 *
 * <p>A {@link dev.arda.nix.flake.selector.Selector} is a list of {@link
 * dev.arda.nix.flake.selector.Step}s; each step goes one level down. {@link
 * dev.arda.nix.flake.selector.SelectorParser} reads text and remembers where each step stood,
 * {@link dev.arda.nix.flake.selector.SelectorPrinter} writes the one canonical text, and {@link
 * dev.arda.nix.flake.selector.SelectorJson} is the form in which a selector travels to Nix, as data
 * and never as code. Whatever can be constructed can be printed, and is read back as an equal
 * selector.
 *
 * <p>{@link dev.arda.nix.flake.selector.SelectorPrefix}, {@link
 * dev.arda.nix.flake.selector.SelectorSuggestions} and {@link
 * dev.arda.nix.flake.selector.InstallableHabit} help people who are still typing, have mistyped, or
 * typed what another program expects.
 *
 * <p>Everything here is immutable or has no state, blocks on nothing and may be used from any
 * thread. Offsets and lengths count Unicode code points.
 */
@NullMarked
package dev.arda.nix.flake.selector;

import org.jspecify.annotations.NullMarked;
