/**
 * Deployments as operations: what {@link dev.arda.nix.system.deploy.Deployments} tells, in the
 * words of {@code arda.v1}.
 */
@NullMarked
package dev.arda.daemon.operation.deploy;

import org.jspecify.annotations.NullMarked;
