/** Tests of installing machines. */
@NullMarked
package dev.arda.nix.system.install;

import org.jspecify.annotations.NullMarked;
