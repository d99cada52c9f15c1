package dev.arda.lsp.feature;

import dev.arda.lsp.feature.FlakeView.Freshness;
import java.util.List;

/**
 * What can be written at a cursor.
 *
 * @param items best first
 * @param start offset where the segment begins that an item replaces
 * @param end offset where it ends, what stands behind the cursor included
 * @param incomplete whether more may be known in a moment, or when more is typed
 */
public record Completion(List<Item> items, int start, int end, boolean incomplete) {

  /** Copies the list. */
  public Completion {
    items = List.copyOf(items);
  }

  /**
   * One name.
   *
   * @param name without quotes
   * @param text what is inserted, with the quotes and escapes that are needed there
   * @param filter the same as an editor compares it with what is typed there, and what will be
   * @param kind what it names
   * @param detail more about it, in a few words; may be empty
   * @param origin how it is known
   * @param selector selects its value in the flake; empty if it has none
   */
  public record Item(
      String name,
      String text,
      String filter,
      Kind kind,
      String detail,
      Origin origin,
      String selector) {}

  /** How a name is known. */
  public enum Origin {
    /** From the flake as it is saved. */
    EVALUATED,
    /** From an earlier state of the flake. */
    EARLIER,
    /** It is written in the text. */
    TEXT
  }

  /** How names are known that are so fresh. */
  static Origin origin(Freshness freshness) {
    return switch (freshness) {
      case CURRENT -> Origin.EVALUATED;
      case EARLIER -> Origin.EARLIER;
      case UNKNOWN -> Origin.TEXT;
    };
  }
}
