package dev.arda.lsp.feature;

import dev.arda.lsp.text.CursorContext;
import dev.arda.lsp.text.CursorContext.PathAtCursor;
import dev.arda.lsp.text.NixText;
import java.util.Optional;

/** Completes what is being written. */
public final class Completer {

  private Completer() {}

  /**
   * What can be written at a cursor.
   *
   * @param offset of the cursor, in UTF-16 code units
   * @return empty where arda has nothing to say
   */
  public static Optional<Completion> at(Scope scope, int offset) {
    CursorContext context = scope.text().cursorAt(offset);
    return context.path().flatMap(path -> value(scope, path));
  }

  /** {@code self.nixosConfigurations.we|}. */
  private static Optional<Completion> value(Scope scope, PathAtCursor path) {
    if (path.namesBinding()) {
      return Optional.empty();
    }
    return Paths.root(scope, path.parents())
        .map(below -> {
          var candidates = new Candidates();
          candidates.addBelow(scope, below);
          return candidates.matching(
              path.partial(),
              path.start(),
              path.end(),
              name -> path.quoted() ? NixText.quoted(name) : NixText.attributeName(name));
        });
  }
}
