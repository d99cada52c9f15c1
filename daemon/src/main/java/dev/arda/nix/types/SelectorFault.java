package dev.arda.nix.types;

import java.util.List;

/**
 * A place in a selector that is wrong, or that nothing matches.
 *
 * @param selector the selector as it was given
 * @param offset number of Unicode code points before the fault
 * @param length length of the fault in code points; 0 where something is missing
 * @param suggestion what to write in place of the fault; empty if that is not known
 * @param candidates names that exist where one is missing, nearest first; at most five
 */
public record SelectorFault(
    String selector, int offset, int length, String suggestion, List<String> candidates) {

  /** Copies the list. */
  public SelectorFault {
    candidates = List.copyOf(candidates);
  }
}
