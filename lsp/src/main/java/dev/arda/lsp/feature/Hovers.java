package dev.arda.lsp.feature;

import dev.arda.lsp.feature.FlakeView.Description;
import dev.arda.lsp.text.AttrName;
import dev.arda.lsp.text.CursorContext.PathAtCursor;
import java.util.ArrayList;
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
    return scope.text().cursorAt(offset).path().flatMap(path -> value(scope, path));
  }

  private static Optional<Hover> value(Scope scope, PathAtCursor path) {
    if (path.namesBinding() || path.end() == path.start()) {
      return Optional.empty();
    }
    // All of the name, also what stands behind the place.
    int end = path.quoted() ? path.end() - 1 : path.end();
    var whole = scope.text().cursorAt(Math.max(end, path.start() + 1)).path();
    return whole.flatMap(name -> {
      var names = new ArrayList<>(name.parents());
      names.add(
          new AttrName.Static(name.partial(), name.start(), name.end(), name.quoted()));
      return Paths.root(scope, names)
          .filter(selected -> !selected.isEmpty())
          .map(Selectors::prefix)
          .map(prefix -> prefix.substring(0, prefix.length() - 1))
          .flatMap(selector -> described(scope, selector, path.start(), path.end()));
    });
  }

  private static Optional<Hover> described(Scope scope, String selector, int start, int end) {
    return scope
        .view()
        .describe(selector)
        .map(Description::markdown)
        .map(markdown -> new Hover(markdown, start, end));
  }
}
