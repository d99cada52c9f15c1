/** Tests of connections to other machines. */
@NullMarked
package dev.arda.nix.remote;

import org.jspecify.annotations.NullMarked;
