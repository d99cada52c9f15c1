/**
 * The language server: completes and explains selectors, hosts and users inside {@code flake.nix}.
 *
 * <p>It knows the daemon only through {@code dev.arda.client}. Nothing is implemented yet.
 */
@NullMarked
package dev.arda.lsp;

import org.jspecify.annotations.NullMarked;
