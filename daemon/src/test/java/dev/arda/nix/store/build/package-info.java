/** Tests of builds, with real Nix. */
@NullMarked
package dev.arda.nix.store.build;

import org.jspecify.annotations.NullMarked;
