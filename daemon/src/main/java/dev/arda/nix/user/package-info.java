/**
 * People's environments (the seed, sections 14 and 15.2.5): who they are, what their environments
 * hold, and how a machine gets them.
 *
 * <p>{@link dev.arda.nix.user.Users} finds everybody whom a flake knows, from four kinds of {@link
 * dev.arda.nix.user.UserDefinition}, and merges them by person. {@link dev.arda.nix.user.HomeNames}
 * says which home configuration a name means, in home-manager's order. {@link
 * dev.arda.nix.user.User} is one of them, asked by one caller.
 *
 * <p>Everything that evaluates or runs something blocks, and is ended by interrupting its thread
 * ({@link dev.arda.nix.types.CommandException} with the reason {@code CANCELLED}).
 */
@NullMarked
package dev.arda.nix.user;

import org.jspecify.annotations.NullMarked;
