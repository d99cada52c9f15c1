/** Tests of deployments, to a real sshd. */
@NullMarked
package dev.arda.nix.system.deploy;

import org.jspecify.annotations.NullMarked;
