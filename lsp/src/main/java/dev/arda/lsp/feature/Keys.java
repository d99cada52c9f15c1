package dev.arda.lsp.feature;

import java.util.List;

/**
 * What the key of a binding can be.
 *
 * @param kind what is named
 * @param known unfinished selectors; the names that an evaluation finds behind them can be keys
 * @param written names that the text says
 * @param values unfinished selectors; behind them is found what a key is bound to in the end
 */
record Keys(Kind kind, List<String> known, List<String> written, List<String> values) {
  /** Copies the lists. */
  Keys {
    known = List.copyOf(known);
    written = List.copyOf(written);
    values = List.copyOf(values);
  }
}
