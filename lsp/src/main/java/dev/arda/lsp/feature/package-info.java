/**
 * What the language server knows to say: completions, explanations, faults. Each class is one
 * feature, a function of a text, a place in it and what is known of its flake ({@link
 * dev.arda.lsp.feature.FlakeView}), and knows neither the Language Server Protocol nor the daemon.
 *
 * <p>Everything here may block as long as its {@code FlakeView} does, and no longer.
 */
@NullMarked
package dev.arda.lsp.feature;

import org.jspecify.annotations.NullMarked;
