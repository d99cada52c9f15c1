package dev.arda.lsp.feature;

import dev.arda.lsp.feature.FlakeView.Freshness;
import dev.arda.lsp.feature.FlakeView.Haste;
import dev.arda.lsp.feature.FlakeView.Names;
import dev.arda.lsp.text.AttrName;
import dev.arda.lsp.text.Binding;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the values of a flake's outputs have in them, its hosts for example. To know it, they must
 * be evaluated, so a text is answered for a few of those that it names, and nobody waits long: what
 * is not known yet is known when the text is looked at again.
 */
final class DeepNames {

  /** So many hosts, users or sets of packages of a text are looked into. */
  private static final int MOST_VALUES = 4;

  private static final Duration LONGEST = Duration.ofMillis(300);

  /** What has too many names, which are fetched, or of which many only throw. */
  private static final Set<String> LEFT_OUT = Set.of("inputs", "legacyPackages", "pkgs");

  private final Scope scope;
  private final Set<List<String>> values = new HashSet<>();
  private final Map<String, Names> asked = new HashMap<>();
  private final long end = System.nanoTime() + LONGEST.toNanos();
  private boolean settled = true;

  // Found when they are wanted.
  private @Nullable Set<String> bound;
  private @Nullable List<List<String>> guards;

  DeepNames(Scope scope) {
    this.scope = scope;
  }

  /** Whether nothing else will be known in a moment. */
  boolean isSettled() {
    return settled;
  }

  /**
   * All names below a path; empty if they are not known.
   *
   * @param path of two names or more
   * @param prefix the same as an unfinished selector
   */
  Optional<Names> below(List<String> path, String prefix) {
    if (path.stream().anyMatch(LEFT_OUT::contains)) {
      return Optional.empty();
    }
    var value = path.subList(0, 2);
    if (!values.contains(value) && values.size() >= MOST_VALUES) {
      return Optional.empty();
    }
    values.add(value);
    if (!asked.containsKey(prefix) && System.nanoTime() - end > 0) {
      settled = false;
      return Optional.empty();
    }
    var known = asked.computeIfAbsent(prefix, one -> scope.view().names(one, Haste.GREAT));
    settled &= known.complete();
    return Optional.of(known)
        .filter(names ->
            names.freshness() == Freshness.EARLIER
                || (names.freshness() == Freshness.CURRENT && names.complete()));
  }

  /**
   * Whether a name may be there that an evaluation did not find: one that is written anywhere in
   * the flake may have been written since then.
   */
  boolean mayBeWritten(String name) {
    var names = bound;
    if (names == null) {
      names = new HashSet<>();
      for (var part : FlakeFiles.all(scope)) {
        collect(part.text().bindings(), names);
      }
      bound = names;
    }
    return names.contains(name);
  }

  private static void collect(List<Binding> bindings, Set<String> result) {
    for (var binding : bindings) {
      // What is inherited is called as it is where it comes from, which has a fault then.
      for (var name : binding.inherited() ? List.<AttrName>of() : binding.path()) {
        if (name instanceof AttrName.Static said) {
          result.add(said.name());
        }
      }
      collect(binding.children(), result);
    }
  }

  /** Whether the text itself asks if a path is there. */
  boolean isGuarded(List<String> below, String name) {
    var paths = guards;
    if (paths == null) {
      paths =
          scope.text().guarded().stream()
              .flatMap(path -> Paths.root(scope, path).stream())
              .map(Paths.Root::path)
              .toList();
      guards = paths;
    }
    int size = below.size();
    return paths.stream()
        .anyMatch(path ->
            path.size() > size
                && path.subList(0, size).equals(below)
                && path.get(size).equals(name));
  }
}
