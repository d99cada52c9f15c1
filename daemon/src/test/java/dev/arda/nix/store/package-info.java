/** Tests of stores: computations on made-up closures, everything else on real stores. */
@NullMarked
package dev.arda.nix.store;

import org.jspecify.annotations.NullMarked;
