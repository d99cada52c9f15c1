/**
 * Brings hosts to their configuration.
 *
 * <p>{@link dev.arda.nix.system.deploy.Deployments} does it for one or many: it looks at all
 * targets first ({@link dev.arda.nix.system.deploy.TargetFacts}), evaluates and builds for those
 * that can be reached together, and has each of them taken through its stages by a {@link
 * dev.arda.nix.system.deploy.HostDeployment}.
 *
 * <p>What changes a running system is a script on the target itself ({@code agent.sh}), detached
 * from the connection that began it: it activates, waits for arda to say over a fresh connection
 * that the machine can still be reached, and only then makes the system the one that is booted; if
 * nobody says so it goes back. So neither a broken connection nor the end of the daemon leaves a
 * machine between two systems. {@link dev.arda.nix.system.deploy.Activation} starts and follows it.
 * ADR 15 says why.
 */
@NullMarked
package dev.arda.nix.system.deploy;

import org.jspecify.annotations.NullMarked;
