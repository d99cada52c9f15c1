/**
 * Applying environments as operations: what {@link dev.arda.nix.user.Homes} tells, in the words of
 * {@code arda.v1}.
 */
@NullMarked
package dev.arda.daemon.operation.user;

import org.jspecify.annotations.NullMarked;
