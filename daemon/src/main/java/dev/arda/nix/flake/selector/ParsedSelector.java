package dev.arda.nix.flake.selector;

import java.util.List;

/**
 * A selector together with where its parts stand in the text. The positions are kept beside the
 * selector, so that selectors that mean the same are equal however they were written.
 *
 * @param text the text as it was given
 * @param selector what it means
 * @param spans one for each step, in order
 * @param warnings in order of position
 */
public record ParsedSelector(
    String text, Selector selector, List<StepSpan> spans, List<SelectorWarning> warnings) {

  /** Copies the lists. */
  public ParsedSelector {
    spans = List.copyOf(spans);
    warnings = List.copyOf(warnings);
    if (spans.size() != selector.steps().size()) {
      throw new IllegalArgumentException(
          spans.size() + " positions for " + selector.steps().size() + " steps");
    }
  }

  /**
   * Where a step stands.
   *
   * @param span the whole step without the dots around it; length 0 for an empty component
   * @param entries one for each entry of a set, with its leading {@code ?} and without commas;
   *     empty for other steps
   */
  public record StepSpan(Span span, List<Span> entries) {
    /** Copies the list. */
    public StepSpan {
      entries = List.copyOf(entries);
    }
  }
}
