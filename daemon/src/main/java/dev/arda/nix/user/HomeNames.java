package dev.arda.nix.user;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What the names of home configurations mean: {@code alice}, {@code alice@host}. */
public final class HomeNames {

  private HomeNames() {}

  /**
   * A name taken apart.
   *
   * @param person what is before the first {@code @}, or all of it
   * @param host what is behind it; empty: the configuration is for any host
   */
  public record Parts(String person, Optional<String> host) {}

  /** Takes a name apart. One with nothing on a side of its {@code @} has no host. */
  public static Parts parts(String name) {
    int at = name.indexOf('@');
    return at > 0 && at < name.length() - 1
        ? new Parts(name.substring(0, at), Optional.of(name.substring(at + 1)))
        : new Parts(name, Optional.empty());
  }

  /**
   * The names to look for in turn, as home-manager does: {@code user@fqdn}, {@code user@host},
   * {@code user@short}, {@code user}. A name with a host means that one alone.
   *
   * @param name what the person typed
   * @param fullName the machine's fully qualified name, if it is known
   * @param hostName the machine's name
   */
  public static List<String> candidates(String name, Optional<String> fullName, String hostName) {
    if (parts(name).host().isPresent()) {
      return List.of(name);
    }
    var hosts = new LinkedHashSet<String>();
    fullName.ifPresent(hosts::add);
    hosts.add(hostName);
    hosts.add(shortName(hostName));
    var result = new ArrayList<String>();
    hosts.stream().filter(host -> !host.isEmpty()).forEach(host -> result.add(name + "@" + host));
    result.add(name);
    return List.copyOf(result);
  }

  /**
   * The configuration that a name means on a machine.
   *
   * @param known the names that there are
   * @param fullName finds the machine's fully qualified name, which may take long; asked only if it
   *     can matter
   */
  public static Optional<String> find(
      String name, List<String> known, Supplier<Optional<String>> fullName, String hostName) {
    var start = name + "@" + shortName(hostName) + ".";
    var full =
        known.stream().anyMatch(one -> one.startsWith(start))
            ? fullName.get()
            : Optional.<String>empty();
    return candidates(name, full, hostName).stream().filter(known::contains).findFirst();
  }

  /** A name without a domain. */
  static String shortName(String host) {
    int dot = host.indexOf('.');
    return dot < 0 ? host : host.substring(0, dot);
  }
}
