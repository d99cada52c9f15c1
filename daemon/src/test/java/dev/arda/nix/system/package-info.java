/** Tests of hosts. */
@NullMarked
package dev.arda.nix.system;

import org.jspecify.annotations.NullMarked;
