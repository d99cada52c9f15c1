/**
 * Installing machines by {@code nixos-anywhere}, which starts an installer on them, formats their
 * disks and puts a system onto these. {@link dev.arda.nix.system.install.Installations} does it;
 * what that program lacks is added around it: the target is looked at before, its key is checked
 * all the time ({@link dev.arda.nix.system.install.CheckedSsh}), and nothing of it goes on for
 * ever.
 */
@NullMarked
package dev.arda.nix.system.install;

import org.jspecify.annotations.NullMarked;
