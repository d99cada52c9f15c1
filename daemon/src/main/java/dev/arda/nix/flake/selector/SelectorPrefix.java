package dev.arda.nix.flake.selector;

import dev.arda.nix.types.FlakeException;
import java.util.Optional;

/**
 * An unfinished selector, from its beginning to the cursor, as completion sees it: what is being
 * named, how much of the name is there, and how the text goes on with a name filled in.
 */
public final class SelectorPrefix {

  private final Selector parent;
  private final OpenName open;
  private final String head;

  private SelectorPrefix(Selector parent, OpenName open, String head) {
    this.parent = parent;
    this.open = open;
    this.head = head;
  }

  /**
   * Reads an unfinished selector.
   *
   * @param text what stands before the cursor; may end inside a quote, a set or an escape
   * @return empty where no name can follow: after {@code *} or a set, after a fault (such as {@code
   *     outPath} in a set or {@code ?"}), and in text that is too long or not Unicode
   */
  public static Optional<SelectorPrefix> of(String text) {
    try {
      var scanner = new SelectorScanner(text).scan();
      var open = scanner.open();
      if (open.kind() == OpenName.Kind.NONE) {
        return Optional.empty();
      }
      String head = text.substring(0, text.offsetByCodePoints(0, open.start()));
      return Optional.of(new SelectorPrefix(scanner.complete(), open, head));
    } catch (FlakeException | IllegalArgumentException _) {
      // There is nothing to complete in a text that can no longer become a selector.
      return Optional.empty();
    }
  }

  /** Selects the value whose attributes can follow. */
  public Selector parent() {
    return parent;
  }

  /** The name as far as it was typed, without quotes and escapes; candidates begin with it. */
  public String partial() {
    return open.partial();
  }

  /** Where the segment begins that is completed: number of code points before it. */
  public int segmentOffset() {
    return head.codePointCount(0, head.length());
  }

  /** What of a completed selector stands in place of the segment. */
  public String segment(String completed) {
    return completed.substring(head.length());
  }

  /** Whether the name is an entry of a set that is still open. */
  public boolean inSet() {
    return switch (open.kind()) {
      case ENTRY, OPTIONAL_ENTRY -> true;
      case STEP, OPTIONAL_STEP, NONE -> false;
    };
  }

  /**
   * Whether a name can be written here at all: not half a character, nor {@code outPath} in a set.
   */
  public boolean accepts(String name) {
    return !Step.hasUnpairedSurrogate(name) && !(inSet() && name.equals(Step.Entry.FORBIDDEN));
  }

  /**
   * The text with a name filled in. Only the last segment is replaced; a {@code ?} before it, a
   * brace and a quote that were typed stay, and a set stays open.
   *
   * @param name the whole name
   * @return empty if the name cannot be written here: {@code outPath} in a set, half a character,
   *     or a selector that would be too long
   */
  public Optional<String> complete(String name) {
    if (!accepts(name)) {
      return Optional.empty();
    }
    String plain = open.quoted() ? SelectorPrinter.quotedName(name) : SelectorPrinter.name(name);
    String segment =
        switch (open.kind()) {
          case STEP, ENTRY -> plain;
          // Without the dot, a question mark with nothing after it is an error.
          case OPTIONAL_STEP ->
              (open.joined() && name.isEmpty() ? ".?" : "?") + SelectorPrinter.optionalName(name);
          case OPTIONAL_ENTRY -> "?" + plain;
          case NONE -> "";
        };
    String completed = head + segment;
    return completed.codePointCount(0, completed.length()) > Selector.MAX_LENGTH
        ? Optional.empty()
        : Optional.of(completed);
  }
}
