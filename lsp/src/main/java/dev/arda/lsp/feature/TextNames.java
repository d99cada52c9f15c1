package dev.arda.lsp.feature;

import dev.arda.lsp.text.AttrName;
import dev.arda.lsp.text.Binding;
import dev.arda.lsp.text.Members;
import dev.arda.lsp.text.NixText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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
    collect(flake, flake.bindings(), List.of("inputs"), result);
    return result;
  }

  /**
   * Names below a path of the outputs, wherever the files of the flake say them.
   *
   * @param path from the root of the flake, for example {@code nixosConfigurations}; {@code inputs}
   *     are the inputs
   */
  static Set<String> below(Scope scope, List<String> path) {
    var result = new TreeSet<String>();
    if (path.equals(List.of("inputs"))) {
      scope.flakeFile().ifPresent(flake -> result.addAll(inputs(flake)));
      return result;
    }
    for (var part : FlakeFiles.entry(scope)) {
      inside(part, path)
          .ifPresent(inner -> {
            if (inner.isEmpty()) {
              add(part.text().members(), result);
            } else {
              collect(part.text(), part.text().bindings(), inner, result);
            }
          });
    }
    return result;
  }

  /** A path of the outputs, as the bindings of a file say it; empty if none of them can. */
  static Optional<List<String>> inside(FlakeFiles.Part part, List<String> path) {
    boolean alone = part.around().isEmpty() && !part.file().equals(Path.of("flake.nix"));
    var whole = new ArrayList<String>();
    // What flake-parts calls the outputs.
    whole.add(alone ? "flake" : "outputs");
    whole.addAll(path);
    int outside = part.around().size();
    return whole.size() >= outside && whole.subList(0, outside).equals(part.around())
        ? Optional.of(whole.subList(outside, whole.size()))
        : Optional.empty();
  }

  /** Names below a path of any file, counted from its own root. */
  static Set<String> in(NixText file, List<String> path) {
    var result = new TreeSet<String>();
    collect(file, file.bindings(), path, result);
    return result;
  }

  /** Adds the first name of every binding that lies below a path. */
  private static void collect(
      NixText text, List<Binding> bindings, List<String> path, Collection<String> result) {
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
        var rest = path.subList(depth, path.size());
        // Outputs are a function's result; of what lies further down the names are proof enough.
        if (!rest.isEmpty() || Paths.named(binding.path()).equals(List.of("outputs"))) {
          collect(text, binding.children(), rest, result);
        } else {
          add(text.members(binding), result);
        }
      }
    }
  }

  private static void add(Members members, Collection<String> result) {
    for (var binding : members.bindings()) {
      if (binding.path().getFirst() instanceof AttrName.Static name && !name.name().isEmpty()) {
        result.add(name.name());
      }
    }
    members.strings().forEach(name -> result.add(name.text()));
  }

  /** How many names of a binding's path and of the wanted one are the same, from the beginning. */
  static int common(List<AttrName> names, List<String> path) {
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
