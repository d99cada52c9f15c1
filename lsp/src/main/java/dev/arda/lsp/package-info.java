/**
 * The language server: completes and explains selectors, hosts and users inside {@code flake.nix}.
 *
 * <p>It knows the daemon only through {@code dev.arda.client}. So far only {@code
 * dev.arda.lsp.text} is there, which reads Nix text.
 */
@NullMarked
package dev.arda.lsp;

import org.jspecify.annotations.NullMarked;
