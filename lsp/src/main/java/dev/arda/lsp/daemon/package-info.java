/**
 * What the daemon knows, for {@link dev.arda.lsp.feature}.
 *
 * <p>A {@link dev.arda.lsp.daemon.DaemonLink} is the connection of this process to the daemon,
 * which may be absent, busy, stopped or replaced at any time. A {@link
 * dev.arda.lsp.daemon.DaemonView} asks over it about one flake, waits a short time, and remembers
 * what it heard for when there is no answer.
 */
@NullMarked
package dev.arda.lsp.daemon;

import org.jspecify.annotations.NullMarked;
