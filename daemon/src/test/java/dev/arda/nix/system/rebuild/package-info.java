/** Tests of {@link dev.arda.nix.system.rebuild}. */
@NullMarked
package dev.arda.nix.system.rebuild;

import org.jspecify.annotations.NullMarked;
