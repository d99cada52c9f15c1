/** Tests of the decoder of builds, against recorded streams of three versions of Nix. */
@NullMarked
package dev.arda.nix.core.build;

import org.jspecify.annotations.NullMarked;
