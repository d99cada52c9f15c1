package dev.arda.nix.flake.selector;

/**
 * Something legal in a selector that is seldom meant.
 *
 * @param span where
 * @param message a complete sentence without control characters
 */
public record SelectorWarning(Span span, String message) {}
