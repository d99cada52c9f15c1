/**
 * The language server: completes and explains selectors, hosts and users inside {@code flake.nix}.
 *
 * <p>{@link dev.arda.lsp.text} reads Nix as it is written, {@link dev.arda.lsp.feature} knows what
 * to say about it, {@link dev.arda.lsp.daemon} what the daemon knows, {@link dev.arda.lsp.protocol}
 * how editors ask. The daemon is known only through {@code dev.arda.client}.
 */
@NullMarked
package dev.arda.lsp;

import org.jspecify.annotations.NullMarked;
