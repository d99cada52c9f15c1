/** Values and errors that every part of the Nix library shares. */
@NullMarked
package dev.arda.nix.types;

import org.jspecify.annotations.NullMarked;
