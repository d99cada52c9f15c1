package dev.arda.lsp.feature;

import dev.arda.lsp.text.Binding;
import dev.arda.lsp.text.NixText;
import dev.arda.lsp.text.StringContent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Roles of the services of clan's inventory: {@code instances.<instance>.roles.|}. Which ones there
 * are depends on the service, which an instance names as its {@code module}, and is named itself
 * after if it does not.
 */
final class Roles {

  private static final String INVENTORY = "clanInternals.inventoryClass.";

  private Roles() {}

  /**
   * What a key can be; empty where it is no role.
   *
   * @param path names of all bindings around it, outermost first
   */
  static Optional<Keys> keys(Scope scope, List<String> path) {
    if (!areBelow(path)) {
      return Optional.empty();
    }
    var name = path.get(path.size() - 2);
    var instances = instances(scope);
    var own = instances.getOrDefault(name, new Instance());
    var service = own.service(name);
    var written = new TreeSet<String>();
    instances.forEach((other, instance) -> {
      if (instance.service(other).equals(service)) {
        written.addAll(instance.roles);
      }
    });
    return Optional.of(new Keys(Kind.ROLE, known(service), List.copyOf(written), List.of()));
  }

  /** Whether keys below a path are roles. */
  static boolean areBelow(List<String> path) {
    int size = path.size();
    return size > 2
        && path.getLast().equals("roles")
        && path.get(size - 3).equals("instances")
        && !path.get(size - 2).equals(Selectors.ANY);
  }

  /**
   * Whether a service that is written in the flake itself may have a role: {@code roles.<role>} of
   * anything but an instance.
   */
  static boolean mayBeDeclared(Scope scope, String role) {
    return FlakeFiles.all(scope).stream()
        .anyMatch(part -> declares(part.text().bindings(), List.of(), role));
  }

  private static boolean declares(List<Binding> bindings, List<String> around, String role) {
    for (var binding : bindings) {
      var path = new ArrayList<>(around);
      path.addAll(Paths.named(binding.path()));
      int at = path.indexOf("roles");
      boolean declared = at >= 0 && at + 1 < path.size() && path.get(at + 1).equals(role);
      if (!path.contains("instances") && (declared || declares(binding.children(), path, role))) {
        return true;
      }
    }
    return false;
  }

  /** What clan says of a service. */
  private static List<String> known(Service service) {
    var module = service.input().map(input -> List.of(input, service.name()));
    return List.of(
        INVENTORY
            + (module.isPresent()
                ? "modulesPerSource." + Selectors.prefix(module.get())
                : "staticModules." + Selectors.prefix(List.of(service.name())))
            + "roles.");
  }

  /**
   * A service.
   *
   * @param input the flake that has it; empty: clan itself
   */
  private record Service(String name, Optional<String> input) {}

  /** What the text says of an instance. */
  private static final class Instance {
    private Optional<String> module = Optional.empty();
    private Optional<String> input = Optional.empty();
    private final Set<String> roles = new TreeSet<>();

    private Service service(String name) {
      return new Service(module.orElse(name), input);
    }
  }

  private static Map<String, Instance> instances(Scope scope) {
    var result = new LinkedHashMap<String, Instance>();
    var parts = new ArrayList<>(FlakeFiles.entry(scope));
    if (parts.stream().noneMatch(part -> part.file().equals(scope.path()))) {
      parts.add(new FlakeFiles.Part(scope.path(), List.of(), scope.text()));
    }
    for (var part : parts) {
      collect(part.text(), part.text().bindings(), part.around(), result);
    }
    return result;
  }

  private static void collect(
      NixText text, List<Binding> bindings, List<String> around, Map<String, Instance> result) {
    for (var binding : bindings) {
      if (binding.local() && !NamingPlaces.isOfClan(Paths.named(binding.path()))) {
        continue;
      }
      var path = new ArrayList<>(around);
      path.addAll(Paths.named(binding.path()));
      int at = path.indexOf("instances");
      if (at >= 0 && path.size() > at + 2) {
        var instance = result.computeIfAbsent(path.get(at + 1), name -> new Instance());
        learn(text, binding, path.subList(at + 2, path.size()), instance);
      }
      collect(text, binding.children(), path, result);
    }
  }

  private static void learn(NixText text, Binding binding, List<String> path, Instance instance) {
    if (path.equals(List.of("module", "name"))) {
      instance.module = string(text, binding);
    } else if (path.equals(List.of("module", "input"))) {
      instance.input = string(text, binding);
    } else if (path.size() > 1
        && path.getFirst().equals("roles")
        && !path.get(1).isEmpty()
        && !path.get(1).equals(Selectors.ANY)) {
      instance.roles.add(path.get(1));
    }
  }

  private static Optional<String> string(NixText text, Binding binding) {
    return text.strings(binding.valueStart(), binding.end()).stream()
        .filter(string -> !string.isDynamic() && string.isClosed())
        .map(StringContent::text)
        .filter(name -> !name.isEmpty())
        .findFirst();
  }
}
