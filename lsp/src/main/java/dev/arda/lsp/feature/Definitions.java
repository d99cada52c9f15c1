package dev.arda.lsp.feature;

import dev.arda.lsp.text.Binding;
import dev.arda.lsp.text.Members;
import dev.arda.lsp.text.NixText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds where what a text names is defined. */
public final class Definitions {

  private Definitions() {}

  /** A place in a file. */
  public sealed interface Target {
    /**
     * A place in a file of the flake, as it is in the editor.
     *
     * @param file its path in the flake
     * @param start offset where the name begins
     * @param end offset where it ends
     */
    record InText(Path file, int start, int end) implements Target {}

    /** A place that an evaluation named. */
    record Evaluated(FlakeView.Position position) implements Target {}
  }

  /**
   * Where the thing is defined that is named at a place: where the text of {@code flake.nix} binds
   * it, else where an evaluation says.
   *
   * @param offset in UTF-16 code units
   */
  public static Optional<Target> at(Scope scope, int offset) {
    return Places.at(scope, offset)
        .filter(place -> !place.name().isEmpty())
        // Where modules are merged is not where an option is declared.
        .filter(place -> !(place instanceof Place.Key))
        .flatMap(place -> written(scope, place).or(() -> evaluated(scope, offset, place)));
  }

  private static Optional<Target> written(Scope scope, Place place) {
    List<List<String>> parents =
        switch (place) {
          case Place.Attribute attribute -> List.of(attribute.below());
          case Place.Named named -> Inventory.places(named.kind());
          case Place.Key key -> List.of();
        };
    return parents.stream().flatMap(below -> key(scope, below, place.name()).stream()).findFirst();
  }

  /** The key that binds a name below a path of the outputs. */
  static Optional<Target> key(Scope scope, List<String> below, String name) {
    var path = new ArrayList<>(below);
    path.add(name);
    if (below.equals(List.of("inputs"))) {
      return scope
          .flakeFile()
          .flatMap(flake -> find(flake, flake.bindings(), path))
          .map(found -> new Target.InText(Path.of("flake.nix"), found.start(), found.end()));
    }
    return FlakeFiles.entry(scope).stream()
        .flatMap(part ->
            TextNames.inside(part, path)
                .flatMap(inner -> find(part.text(), inner))
                .map(found -> new Target.InText(part.file(), found.start(), found.end()))
                .stream())
        .map(Target.class::cast)
        .findFirst();
  }

  private record Found(int start, int end) {}

  private static Optional<Found> find(NixText text, List<String> path) {
    return path.size() == 1
        ? find(text, text.members(), path.getFirst())
        : find(text, text.bindings(), path);
  }

  private static Optional<Found> find(NixText text, Members members, String name) {
    return find(text, members.bindings(), List.of(name))
        .or(() ->
            members.strings().stream()
                .filter(string -> string.text().equals(name))
                .findFirst()
                .map(string ->
                    new Found(string.offsetOf(0) - 1, string.offsetOf(name.length()) + 1)));
  }

  private static Optional<Found> find(NixText text, List<Binding> bindings, List<String> path) {
    for (var binding : bindings) {
      if (binding.local()) {
        continue;
      }
      int depth = TextNames.common(binding.path(), path);
      if (depth == path.size() && depth > 0) {
        var name = binding.path().get(depth - 1);
        return Optional.of(new Found(name.start(), name.end()));
      }
      if (depth == binding.path().size()) {
        var rest = path.subList(depth, path.size());
        boolean isMember =
            rest.size() == 1 && !Paths.named(binding.path()).equals(List.of("outputs"));
        var inside =
            isMember
                ? find(text, text.members(binding), rest.getFirst())
                : find(text, binding.children(), rest);
        if (inside.isPresent()) {
          return inside;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Target> evaluated(Scope scope, int offset, Place place) {
    return Hovers.selectors(scope, offset, place).stream()
        .flatMap(selector -> scope.view().describe(selector).stream())
        .flatMap(known -> known.position().stream())
        .findFirst()
        .map(Target.Evaluated::new);
  }
}
