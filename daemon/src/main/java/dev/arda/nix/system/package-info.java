/**
 * Hosts: which ones a flake describes, which of them a person means, and how they are brought to
 * their configuration (the seed, section 15.5).
 *
 * <p>{@link dev.arda.nix.system.Hosts} reads them from the outputs of a flake, through the warm
 * evaluators and answers of {@link dev.arda.nix.flake.Flakes}; {@link
 * dev.arda.nix.system.HostSelection} chooses among them by names and tags; {@link
 * dev.arda.nix.system.Machine} is one of them.
 */
@NullMarked
package dev.arda.nix.system;

import org.jspecify.annotations.NullMarked;
