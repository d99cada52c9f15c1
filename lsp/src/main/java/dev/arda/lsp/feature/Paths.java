package dev.arda.lsp.feature;

import dev.arda.lsp.text.AttrName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds out which of a flake's values an attribute path in a text means. */
final class Paths {

  private Paths() {}

  /**
   * Where in the flake a path leads that begins with {@code self} or {@code inputs}, or in {@code
   * flake.nix} with the name of an input.
   *
   * @param names the path; a name that only an evaluation knows stands for any
   * @return names from the flake's root, {@link Selectors#ANY} among them
   */
  static Optional<List<String>> root(Scope scope, List<AttrName> names) {
    if (names.isEmpty() || !(names.getFirst() instanceof AttrName.Static first)) {
      return Optional.empty();
    }
    var rest = names.subList(1, names.size());
    if (first.name().equals("self")) {
      return Optional.of(named(rest));
    }
    if (first.name().equals("inputs")) {
      return rest.isEmpty() || !isNamed(rest.getFirst(), "self")
          ? Optional.of(named(names))
          : Optional.of(named(rest.subList(1, rest.size())));
    }
    if (scope.isFlakeFile() && TextNames.inputs(scope.text()).contains(first.name())) {
      var result = new ArrayList<>(List.of("inputs"));
      result.addAll(named(names));
      return Optional.of(result);
    }
    return Optional.empty();
  }

  private static boolean isNamed(AttrName name, String wanted) {
    return name instanceof AttrName.Static said && said.name().equals(wanted);
  }

  /** Names as they are, with {@link Selectors#ANY} where only an evaluation knows. */
  static List<String> named(List<AttrName> names) {
    return names.stream()
        // Not by a switch over types: the first of those takes Java some milliseconds.
        .map(name -> name instanceof AttrName.Static said ? said.name() : Selectors.ANY)
        .toList();
  }
}
