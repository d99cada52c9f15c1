/**
 * Other machines, reached by the system's {@code ssh}.
 *
 * <p>{@link dev.arda.nix.remote.SshTarget} is where; {@link dev.arda.nix.remote.SshSettings} is
 * how; {@link dev.arda.nix.remote.Ssh} makes connections, one for all who need the same at the same
 * time, over which {@link dev.arda.nix.remote.SshConnection} runs scripts and Nix copies store
 * paths. {@link dev.arda.nix.remote.Shell} is what a connection and this machine have in common.
 *
 * <p>The user's own configuration of ssh counts, but for what would make an unattended command
 * wait, trust a stranger, or lend out keys: see {@link dev.arda.nix.remote.SshCommands}.
 */
@NullMarked
package dev.arda.nix.remote;

import org.jspecify.annotations.NullMarked;
