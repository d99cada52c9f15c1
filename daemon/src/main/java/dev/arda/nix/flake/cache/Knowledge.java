package dev.arda.nix.flake.cache;

/**
 * What is known about one value of a flake: all of it, some of it, or that it is not there.
 *
 * <p>A {@link TypedValue} in this position is what a selector that ends here is answered with. Its
 * attributes and elements are knowledge in turn; a derivation, or another set that is shown as
 * something else, tells little about its attributes.
 */
sealed interface Knowledge permits TypedValue, Partial, Gap {}
