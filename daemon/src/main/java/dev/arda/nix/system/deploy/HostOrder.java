package dev.arda.nix.system.deploy;

import dev.arda.nix.system.Host;
import dev.arda.nix.system.HostSelection;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * In which order hosts are deployed to: after those that they depend on, else by their names.
 *
 * @param names all of them, in this order
 * @param dependencies for each of them the others among them that go before it
 */
record HostOrder(List<String> names, Map<String, Set<String>> dependencies) {

  /** Copies both. */
  HostOrder {
    names = List.copyOf(names);
    dependencies = Map.copyOf(dependencies);
  }

  /**
   * The order of some hosts. A dependency on one that is not deployed to is none.
   *
   * @param chosen those that are deployed to
   * @param all all hosts of their flake, which their dependencies choose among
   * @param flakeRef for messages
   * @throws NixException if a dependency chooses no host, or hosts wait for each other
   */
  static HostOrder of(Collection<Host> chosen, List<Host> all, String flakeRef) {
    var left = new TreeMap<String, Set<String>>();
    chosen.forEach(host -> left.put(host.name(), new TreeSet<>()));
    // One alone waits for none, whatever it depends on; what that is need not be known.
    for (var host : chosen.size() < 2 ? List.<Host>of() : chosen) {
      for (var text : host.dependsOn()) {
        left.getOrDefault(host.name(), Set.of()).addAll(before(host, text, all, flakeRef));
      }
    }
    left.forEach((name, before) -> {
      before.remove(name);
      before.retainAll(left.keySet());
    });
    return new HostOrder(sorted(left), left);
  }

  private static Set<String> before(Host host, String text, List<Host> all, String flakeRef) {
    try {
      return HostSelection.parse(text).choose(all, flakeRef);
    } catch (SystemException e) {
      throw new SystemException(
          e.reason(),
          "%s depends on %s. %s".formatted(host.name(), text, e.getMessage()),
          Details.NONE.with("host", host.name()));
    }
  }

  /** Layer by layer: first all that wait for none, then those that wait for these only, … */
  private static List<String> sorted(Map<String, Set<String>> dependencies) {
    var result = new ArrayList<String>();
    var left = new LinkedHashMap<>(dependencies);
    while (!left.isEmpty()) {
      var done = new HashSet<>(result);
      var next =
          left.entrySet().stream()
              .filter(one -> done.containsAll(one.getValue()))
              .map(Map.Entry::getKey)
              .toList();
      if (next.isEmpty()) {
        throw new SystemException(
            Reason.FLAKE_INVALID,
            "These hosts wait for each other: %s. Change their deploy.dependsOn."
                .formatted(String.join(", ", left.keySet())));
      }
      result.addAll(next);
      next.forEach(left::remove);
    }
    return result;
  }

  /** Those among them that go before a host. */
  Set<String> before(String name) {
    return dependencies.getOrDefault(name, Set.of());
  }
}
