/**
 * Hosts as they are written down: making the files of a new one, taking an old one out, keeping
 * what was found out about its hardware.
 *
 * <p>{@code flake.nix} is the user's. {@link dev.arda.nix.system.source.NixOutline} finds the sets
 * in it by their brackets, {@link dev.arda.nix.system.source.FlakeText} adds and removes entries of
 * those that name hosts, and nothing else. Whatever is changed is a {@link
 * dev.arda.nix.system.source.SourceChange}: it is kept only when the flake, evaluated anew, has
 * exactly the hosts that it is to have, and is taken back in every other case.
 */
@NullMarked
package dev.arda.nix.system.source;

import org.jspecify.annotations.NullMarked;
