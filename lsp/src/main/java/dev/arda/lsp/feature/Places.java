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
    return context
        .string()
        .flatMap(string -> string(context, string).or(() -> selecting(scope, string, offset)));
  }

  /** {@code self.nixosConfigurations.we|}. */
  private static Optional<Place> code(Scope scope, PathAtCursor path) {
    var name = whole(scope, path);
    if (path.parents().isEmpty()) {
      return alone(scope, path, name);
    }
    return Paths.root(scope, path.parents())
        .map(root ->
            attribute(root.path(), path, name, written(path), root.certain() && !path.asked()));
  }

  private static Place attribute(
      List<String> below,
      PathAtCursor path,
      String name,
      UnaryOperator<String> written,
      boolean certain) {
    return new Place.Attribute(
        below,
        Selectors.prefix(below),
        path.partial(),
        name,
        path.start(),
        path.end(),
        written,
        certain);
  }

  /** A name that an {@code inherit} or a {@code with} makes. */
  private static Optional<Place> alone(Scope scope, PathAtCursor path, String name) {
    List<AttrName> names = List.of(new AttrName.Static(name, path.start(), path.end(), false));
    var meaning = scope.text().meaning(names);
    if (meaning.bound() && !name.isEmpty()) {
      return meaning.inherited()
          ? Paths.root(scope, meaning.path().subList(0, meaning.path().size() - 1))
              .map(root -> attribute(root.path(), path, name, written(path), true))
          : Optional.empty();
    }
    return Paths.with(scope, path.start(), List.of())
        .map(root -> attribute(root.path(), path, name, variable(scope, root.names()), false));
  }

  /** Writes a name that a {@code with} makes: one that needs quotes is selected from its set. */
  private static UnaryOperator<String> variable(Scope scope, List<AttrName> set) {
    return name -> {
      var plain = NixText.attributeName(name);
      if (plain.equals(name) || set.isEmpty()) {
        return plain;
      }
      var text = new StringBuilder("self");
      for (var one : set) {
        text.append('.');
        if (one instanceof AttrName.Static said) {
          text.append(NixText.attributeName(said.name()));
        } else {
          text.append(scope.text().text(), one.start(), one.end());
        }
      }
      return text.append('.').append(plain).toString();
    };
  }

  /** An element of a list by which a function selects from the flake. */
  private static Optional<Place> selecting(Scope scope, StringAtCursor string, int offset) {
    var content = string.content();
    if (content.isDynamic() || content.hasIndentation()) {
      return Optional.empty();
    }
    return scope
        .text()
        .selectedFrom(offset)
        .or(() -> scope.text().namedIn(content.offsetOf(0)))
        .flatMap(path -> Paths.root(scope, path))
        .map(root ->
            new Place.Attribute(
                root.path(),
                Selectors.prefix(root.path()),
                content.text().substring(0, string.index()),
                content.text(),
                content.offsetOf(0),
                content.offsetOf(content.text().length()),
                content::escape,
                root.certain()));
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
    int first = Math.min(found.start(), length);
    int start = content.offsetOf(first);
    int end = content.offsetOf(Math.min(found.end(), length));
    UnaryOperator<String> written = name -> content.escape(found.written().apply(name), first);
    return switch (found) {
      case Place.Attribute one ->
          new Place.Attribute(
              one.below(),
              one.prefix(),
              one.partial(),
              one.name(),
              start,
              end,
              written,
              one.certain());
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
