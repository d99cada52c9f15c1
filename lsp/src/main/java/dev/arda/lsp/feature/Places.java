package dev.arda.lsp.feature;

import dev.arda.lsp.text.AttrName;
import dev.arda.lsp.text.CursorContext;
import dev.arda.lsp.text.CursorContext.PathAtCursor;
import dev.arda.lsp.text.CursorContext.StringAtCursor;
import dev.arda.lsp.text.NixText;
import dev.arda.lsp.text.StringContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Finds out what is named at a place: by a path in code, by the key of a binding, in a string. */
final class Places {

  private Places() {}

  /**
   * What is named at a place, or is about to be.
   *
   * @param offset in UTF-16 code units
   * @return empty where that is nothing of the flake's
   */
  static Optional<Place> at(Scope scope, int offset) {
    // Within an escape a name may begin behind the cursor.
    return found(scope, offset).filter(place -> place.start() <= offset && offset <= place.end());
  }

  private static Optional<Place> found(Scope scope, int offset) {
    CursorContext context = scope.text().cursorAt(offset);
    if (context.path().isPresent()) {
      var path = context.path().get();
      return path.namesBinding() ? key(scope, context, path) : code(scope, path);
    }
    return context.string().flatMap(string -> string(context, string));
  }

  /** {@code self.nixosConfigurations.we|}. */
  private static Optional<Place> code(Scope scope, PathAtCursor path) {
    return Paths.root(scope, path.parents())
        .map(below ->
            new Place.Attribute(
                below,
                Selectors.prefix(below),
                path.partial(),
                whole(scope, path),
                path.start(),
                path.end(),
                written(path)));
  }

  private static UnaryOperator<String> written(PathAtCursor path) {
    return name -> path.quoted() ? NixText.quoted(name) : NixText.attributeName(name);
  }

  /** All of a name, also what stands behind the cursor. */
  private static String whole(Scope scope, PathAtCursor path) {
    int end = path.quoted() ? path.end() - 1 : path.end();
    return end <= path.start()
        ? path.partial()
        : scope
            .text()
            .cursorAt(end)
            .path()
            .filter(same -> same.start() == path.start())
            .map(PathAtCursor::partial)
            .orElse(path.partial());
  }

  /** The key of a binding: {@code nixosConfigurations = { we| }}. */
  private static Optional<Place> key(Scope scope, CursorContext context, PathAtCursor path) {
    var around = new ArrayList<AttrName>(context.enclosing());
    around.addAll(path.parents());
    var names = new ArrayList<>(scope.around());
    names.addAll(Paths.named(around));
    if (context.local() && !NamingPlaces.isOfClan(names)) {
      return Optional.empty();
    }
    var name = whole(scope, path);
    return NamingPlaces.key(names, scope.path())
        .filter(naming -> !path.parents().isEmpty() || scope.text().isMember(path.start()))
        .<Place>map(naming ->
            new Place.Named(
                naming.kind(),
                naming.defines(),
                path.partial(),
                name,
                path.start(),
                path.end(),
                written(path)))
        .or(() ->
            Roles.keys(scope, names)
                .or(() -> ModuleOptions.keys(scope, names, path.start()))
                .map(can ->
                    new Place.Key(
                        can, path.partial(), name, path.start(), path.end(), written(path))));
  }

  private static Optional<Place> string(CursorContext context, StringAtCursor string) {
    return StringPlaces.at(context, string).map(found -> written(found, string.content()));
  }

  /** A place in what a string says, as a place in the text. */
  static Place written(Place found, StringContent content) {
    int length = content.text().length();
    int start = content.offsetOf(Math.min(found.start(), length));
    int end = content.offsetOf(Math.min(found.end(), length));
    UnaryOperator<String> written = name -> content.escape(found.written().apply(name));
    return switch (found) {
      case Place.Attribute one ->
          new Place.Attribute(
              one.below(), one.prefix(), one.partial(), one.name(), start, end, written);
      case Place.Named one ->
          new Place.Named(one.kind(), one.binds(), one.partial(), one.name(), start, end, written);
      case Place.Key one ->
          new Place.Key(one.can(), one.partial(), one.name(), start, end, written);
    };
  }

  /** Names of a path that is a key of {@code flake.nix}, from the flake's root. */
  static Optional<List<String>> outputs(List<String> names) {
    return !names.isEmpty() && names.getFirst().equals("outputs")
        ? Optional.of(names.subList(1, names.size()))
        : Optional.empty();
  }
}
