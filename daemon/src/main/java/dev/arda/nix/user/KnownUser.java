package dev.arda.nix.user;

import java.util.List;
import java.util.Optional;

/**
 * A person whom a flake knows.
 *
 * @param name the person's name, without a host
 * @param definitions where the person is defined, in the order of the kinds, then of names
 */
public record KnownUser(String name, List<UserDefinition> definitions) {

  /** Copies the list. */
  public KnownUser {
    definitions = List.copyOf(definitions);
  }

  /** The hosts that a definition names, in bytewise order. */
  public List<String> hosts() {
    return definitions.stream().flatMap(one -> one.host().stream()).distinct().sorted().toList();
  }

  /** The home directory, if all definitions that say one agree. */
  public Optional<String> homeDirectory() {
    var said = definitions.stream().flatMap(one -> one.facts().homeDirectory().stream()).distinct();
    var all = said.toList();
    return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
  }
}
