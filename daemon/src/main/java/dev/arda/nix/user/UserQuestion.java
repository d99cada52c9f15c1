package dev.arda.nix.user;

import dev.arda.nix.types.CallContext;
import java.util.Set;

/**
 * Which users somebody wants to know of.
 *
 * @param context who asks
 * @param flake flake reference; empty: the caller's default
 * @param names only these, by person or by definition; empty: all
 * @param details whether to evaluate what definitions say
 * @param hosts whether to look for accounts and homes on NixOS hosts, which evaluates them
 */
public record UserQuestion(
    CallContext context, String flake, Set<String> names, boolean details, boolean hosts) {

  /** Copies the set. */
  public UserQuestion {
    names = Set.copyOf(names);
  }

  boolean isAbout(UserDefinition definition) {
    return names.isEmpty()
        || names.contains(definition.person())
        || names.contains(definition.name());
  }
}
