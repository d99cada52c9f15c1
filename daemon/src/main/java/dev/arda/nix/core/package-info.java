/** Running Nix: command lines, processes, what this Nix can do, and what it prints. */
@NullMarked
package dev.arda.nix.core;

import org.jspecify.annotations.NullMarked;
