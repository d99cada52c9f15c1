@NullMarked
package dev.arda.nix.user;

import org.jspecify.annotations.NullMarked;
