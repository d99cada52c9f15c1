package dev.arda.lsp.feature;

import dev.arda.lsp.feature.FlakeView.Description;
import dev.arda.lsp.feature.FlakeView.Haste;
import dev.arda.lsp.text.CursorContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Explains what a text names. */
public final class Hovers {

  private Hovers() {}

  /**
   * What is known of the name at a place.
   *
   * @param offset in UTF-16 code units
   * @return empty where arda has nothing to say
   */
  public static Optional<Hover> at(Scope scope, int offset) {
    return Places.at(scope, offset)
        .filter(place -> place.end() > place.start() && !place.name().isEmpty())
        .flatMap(place ->
            selectors(scope, offset, place).stream()
                .flatMap(selector -> scope.view().describe(selector, Haste.SOME).stream())
                .filter(known ->
                    (place instanceof Place.Attribute attribute && attribute.certain())
                        || known.failure().filter(FlakeView.Failure::missing).isEmpty())
                .findFirst()
                .map(Description::markdown)
                .map(markdown -> new Hover(markdown, place.start(), place.end())))
        .or(() -> many(scope, offset))
        .or(() -> binding(scope, offset));
  }

  /** The values that {@code *} or a set finds, one by one. */
  private static Optional<Hover> many(Scope scope, int offset) {
    return scope
        .text()
        .cursorAt(offset)
        .string()
        .flatMap(string ->
            StringPlaces.many(string)
                .flatMap(many ->
                    scope
                        .view()
                        .describe(many.selector(), Haste.SOME)
                        .map(known ->
                            new Hover(
                                known.markdown(),
                                string.content().offsetOf(many.start()),
                                string.content().offsetOf(many.end())))));
  }

  /** Selects what is named, as far as it can be told; the likeliest first. */
  static List<String> selectors(Scope scope, int offset, Place place) {
    return switch (place) {
      case Place.Attribute attribute -> List.of(attribute.selector());
      case Place.Named named ->
          Inventory.places(named.kind()).stream()
              .map(below -> Selectors.prefix(below) + Selectors.name(named.name()))
              .toList();
      case Place.Key key ->
          key.can().values().stream().map(prefix -> prefix + Selectors.name(key.name())).toList();
    };
  }

  /** The key of any other binding of an output: {@code packages.x86_64-linux.|hello = …}. */
  private static Optional<Hover> binding(Scope scope, int offset) {
    CursorContext context = scope.text().cursorAt(offset);
    var path = context.path();
    if (path.isEmpty()
        || !path.get().namesBinding()
        || context.local()
        || path.get().end() == path.get().start()) {
      return Optional.empty();
    }
    var around = new ArrayList<>(context.enclosing());
    around.addAll(path.get().parents());
    int end = path.get().quoted() ? path.get().end() - 1 : path.get().end();
    var name =
        scope.text().cursorAt(Math.max(end, path.get().start())).path().map(p -> p.partial());
    var names = new ArrayList<>(scope.around());
    names.addAll(Paths.named(around));
    return Places.outputs(names)
        .filter(below -> !below.contains(Selectors.ANY))
        .flatMap(below ->
            name.flatMap(last ->
                scope.view().describe(Selectors.prefix(below) + Selectors.name(last), Haste.SOME)))
        .filter(known -> known.failure().filter(FlakeView.Failure::missing).isEmpty())
        .map(known -> new Hover(known.markdown(), path.get().start(), path.get().end()));
  }
}
