/** Tests of the selector language, and the vectors that other tests share. */
@NullMarked
package dev.arda.nix.flake.selector;

import org.jspecify.annotations.NullMarked;
