package dev.arda.nix.system;

import dev.arda.nix.types.NixException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One host of a flake.
 *
 * @param name its attribute; any text
 * @param kind what it runs
 * @param definitions selectors of the attributes that define it, the weightiest first
 * @param system for example {@code x86_64-linux}; empty: not known
 * @param tags in bytewise order, without those that every host has
 * @param targetHost where it can be reached, {@code [user@]host[:port]}; empty: by its name
 * @param buildHost where it is to be built; empty: here
 * @param description what it is for
 * @param healthChecks commands that succeed on it when it is well, after an activation
 * @param dependsOn selections of hosts that are deployed before it
 * @param failure why something of it is not known
 */
public record Host(
    String name,
    HostKind kind,
    List<String> definitions,
    String system,
    List<String> tags,
    String targetHost,
    String buildHost,
    String description,
    List<String> healthChecks,
    List<String> dependsOn,
    Optional<NixException> failure) {

  /** So many are named in a message. */
  private static final int LISTED = 10;

  /** Copies the lists. */
  public Host {
    definitions = List.copyOf(definitions);
    tags = List.copyOf(tags);
    healthChecks = List.copyOf(healthChecks);
    dependsOn = List.copyOf(dependsOn);
  }

  /** Whether there is a configuration of it that can be built. */
  public boolean configured() {
    return switch (kind) {
      case NIXOS, DARWIN -> true;
      case UNKNOWN -> false;
    };
  }

  /** Everything that it can be selected by with {@code @}: its tags and those that follow. */
  public SortedSet<String> allTags() {
    var result = new TreeSet<>(tags);
    result.add("all");
    switch (kind) {
      case NIXOS -> result.add("nixos");
      case DARWIN -> result.add("darwin");
      case UNKNOWN -> {}
    }
    return result;
  }

  /** The names of hosts. */
  static List<String> names(Collection<Host> hosts) {
    return hosts.stream().map(Host::name).toList();
  }

  /** The names of hosts, for a message; of many, the first. */
  public static String listed(Collection<Host> hosts) {
    return hosts.stream().map(Host::name).limit(LISTED).collect(Collectors.joining(", "))
        + (hosts.size() > LISTED ? " and %d more".formatted(hosts.size() - LISTED) : "");
  }
}
