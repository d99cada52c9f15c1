package dev.arda.lsp.feature;

import dev.arda.lsp.text.AttrName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Values beside the paths that name them. */
public final class InlayHints {

  /** More are not looked for at once; an editor asks again for what it scrolls to. */
  private static final int MOST = 60;

  private static final Duration LONGEST = Duration.ofSeconds(1);
  private static final int LONGEST_VALUE = 30;

  private InlayHints() {}

  /**
   * A value.
   *
   * @param offset behind the path
   * @param text the value, shortened
   * @param markdown all that is known of it
   */
  public record Hint(int offset, String text, String markdown) {}

  /**
   * The values of the paths in a part of a text. Of sets there is nothing to show.
   *
   * @param start offset where the part begins
   * @param end offset where it ends
   */
  public static List<Hint> in(Scope scope, int start, int end) {
    var result = new ArrayList<Hint>();
    if (scope.view().equals(FlakeView.NOTHING)) {
      return result;
    }
    long until = System.nanoTime() + LONGEST.toNanos();
    int asked = 0;
    for (var path : scope.text().references()) {
      int behind = path.getLast().end();
      if (behind < start
          || end < behind
          || path.stream().anyMatch(AttrName.Dynamic.class::isInstance)) {
        continue;
      }
      var names =
          Paths.root(scope, path)
              .map(Paths.Root::path)
              .filter(found -> !found.contains(Selectors.ANY))
              .filter(InlayHints::mayBeValue);
      if (names.isEmpty() || names.get().getLast().isEmpty()) {
        continue;
      }
      if (++asked > MOST || System.nanoTime() - until > 0) {
        break;
      }
      var prefix = Selectors.prefix(names.get());
      scope
          .view()
          .describe(prefix.substring(0, prefix.length() - 1))
          .filter(known -> !known.value().isEmpty())
          .ifPresent(known ->
              result.add(new Hint(behind, "= " + shortened(known.value()), known.markdown())));
    }
    return result;
  }

  /** A host or user as a whole is none, and costs an evaluation to look at. */
  private static boolean mayBeValue(List<String> names) {
    boolean configured = !names.isEmpty() && names.getFirst().endsWith("Configurations");
    return names.size() > (configured ? 2 : 1);
  }

  private static String shortened(String value) {
    var line = value.lines().findFirst().orElse("");
    return line.codePointCount(0, line.length()) > LONGEST_VALUE
        ? line.substring(0, line.offsetByCodePoints(0, LONGEST_VALUE)) + "…"
        : line;
  }
}
