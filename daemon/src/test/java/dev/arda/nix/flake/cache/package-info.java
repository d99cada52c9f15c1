/** Tests of what is remembered of flakes. */
@NullMarked
package dev.arda.nix.flake.cache;

import org.jspecify.annotations.NullMarked;
