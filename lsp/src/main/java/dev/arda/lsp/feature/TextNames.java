package dev.arda.lsp.feature;

import dev.arda.lsp.text.AttrName;
import dev.arda.lsp.text.Binding;
import dev.arda.lsp.text.NixText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Names that a {@code flake.nix} says in plain text: its inputs, its outputs, and what it binds in
 * them. Known without Nix, also for a text that is broken or was not saved.
 */
final class TextNames {

  private TextNames() {}

  /** Names of the inputs. */
  static Set<String> inputs(NixText flake) {
    var result = new TreeSet<String>();
    collect(flake.bindings(), List.of("inputs"), result);
    return result;
  }

  /**
   * Names below a path of the outputs.
   *
   * @param path from the root of the flake, for example {@code nixosConfigurations}; {@code inputs}
   *     are the inputs
   */
  static Set<String> below(NixText flake, List<String> path) {
    if (path.equals(List.of("inputs"))) {
      return inputs(flake);
    }
    var result = new TreeSet<String>();
    var from = new ArrayList<>(List.of("outputs"));
    from.addAll(path);
    collect(flake.bindings(), from, result);
    return result;
  }

  /** Names below a path of any file, counted from its own root. */
  static Set<String> in(NixText file, List<String> path) {
    var result = new TreeSet<String>();
    collect(file.bindings(), path, result);
    return result;
  }

  /** Adds the first name of every binding that lies below a path. */
  private static void collect(
      List<Binding> bindings, List<String> path, Collection<String> result) {
    for (var binding : bindings) {
      if (binding.local()) {
        continue;
      }
      int depth = common(binding.path(), path);
      if (depth == path.size() && binding.path().size() > depth) {
        if (binding.path().get(depth) instanceof AttrName.Static name && !name.name().isEmpty()) {
          result.add(name.name());
        }
      } else if (depth == binding.path().size()) {
        collect(binding.children(), path.subList(depth, path.size()), result);
      }
    }
  }

  /** How many names of a binding's path and of the wanted one are the same, from the beginning. */
  private static int common(List<AttrName> names, List<String> path) {
    int count = 0;
    while (count < names.size()
        && count < path.size()
        && names.get(count) instanceof AttrName.Static name
        && name.name().equals(path.get(count))) {
      count++;
    }
    return count;
  }
}
