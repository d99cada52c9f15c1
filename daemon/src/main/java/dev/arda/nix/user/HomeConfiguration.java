package dev.arda.nix.user;

import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.user.UserDefinition.Facts;
import java.util.ArrayList;
import java.util.List;

/**
 * A home configuration, and where it is: in the user's flake, or in one that arda made of an entry
 * of {@code clan.core.users}.
 *
 * @param context the caller, as the flake is to be asked
 * @param flake reference of the flake; empty: the caller's default
 * @param path where in the flake
 * @param definition what a person calls it, as a selector in the user's flake
 * @param facts what it says
 */
record HomeConfiguration(
    CallContext context, String flake, List<String> path, String definition, Facts facts) {

  /** Copies the list. */
  HomeConfiguration {
    path = List.copyOf(path);
  }

  /** The selector of a part of it. */
  Selector selector(String... names) {
    var all = new ArrayList<>(path);
    all.addAll(List.of(names));
    return Selector.path(all.toArray(String[]::new));
  }

  /** Whether it was made of an entry of {@code clan.core.users}. */
  boolean isDescribed() {
    return !path.getFirst().equals("homeConfigurations");
  }

  /** Where what is activated is. */
  List<String> activationPackage() {
    var all = new ArrayList<>(path);
    all.add("activationPackage");
    return all;
  }
}
