package dev.arda.lsp.feature;

import dev.arda.lsp.text.Binding;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Options of the modules that a configuration of the flake is made of, where these are written
 * inside it: {@code nixosConfigurations.web = nixosSystem { modules = [ { services.| } ]; }}. Which
 * options there are its own {@code options} say.
 */
final class ModuleOptions {

  private static final Set<String> CONFIGURATIONS =
      Set.of("nixosConfigurations", "darwinConfigurations", "homeConfigurations");

  /** Attributes of modules below which are options of the same ones. */
  private static final Set<String> TRANSPARENT = Set.of("config", "imports");

  /** What a module has that says its options below {@code config}. */
  private static final Set<String> LONG_FORM = Set.of("config", "options");

  private ModuleOptions() {}

  /**
   * What a key can be; empty where it is none of a module.
   *
   * @param path names of all bindings around it, outermost first
   * @param offset where it begins
   */
  static Optional<Keys> keys(Scope scope, List<String> path, int offset) {
    var output = path.isEmpty() ? "" : path.getFirst();
    if (path.size() < 4
        || !(output.equals("outputs") || output.equals("flake"))
        || !CONFIGURATIONS.contains(path.get(1))
        || !path.get(3).equals("modules")
        || path.contains(Selectors.ANY)) {
      return Optional.empty();
    }
    var inside = path.subList(4, path.size());
    int from = 0;
    while (from < inside.size() && TRANSPARENT.contains(inside.get(from))) {
      from++;
    }
    var modules = around(scope.text().bindings(), offset);
    if (modules.isEmpty()
        || scope.text().isArgument(modules.get().valueStart(), offset)
        || scope.text().isNoAttribute(modules.get().valueStart(), offset)
        || (inside.isEmpty() && isLong(modules.get()))) {
      return Optional.empty();
    }
    var configuration = Selectors.prefix(path.subList(1, 3));
    var below = Selectors.prefix(inside.subList(from, inside.size()));
    var options = configuration + "options." + below;
    return Optional.of(
        new Keys(
            Kind.ATTRIBUTE,
            List.of(options),
            List.of(),
            List.of(configuration + "config." + below, options)));
  }

  /** The innermost binding around a place that is called {@code modules}. */
  private static Optional<Binding> around(List<Binding> bindings, int offset) {
    for (var binding : bindings) {
      if (!binding.inherited() && binding.valueStart() <= offset && offset <= binding.end()) {
        var inside = around(binding.children(), offset);
        return inside.isPresent() || !Paths.named(binding.path()).getLast().equals("modules")
            ? inside
            : Optional.of(binding);
      }
    }
    return Optional.empty();
  }

  private static boolean isLong(Binding modules) {
    return modules.children().stream()
        .anyMatch(child -> LONG_FORM.contains(Paths.named(child.path()).getFirst()));
  }
}
