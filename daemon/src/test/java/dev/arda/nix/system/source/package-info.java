/** Tests of hosts as they are written down. */
@NullMarked
package dev.arda.nix.system.source;

import org.jspecify.annotations.NullMarked;
