/**
 * Builds as operations: what {@link dev.arda.nix.store.build.Builds} tells, in the words of {@code
 * arda.v1}.
 */
@NullMarked
package dev.arda.daemon.operation.build;

import org.jspecify.annotations.NullMarked;
