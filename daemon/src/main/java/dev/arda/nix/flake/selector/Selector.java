package dev.arda.nix.flake.selector;

import java.util.ArrayList;
import java.util.List;

/**
 * A path into the outputs of a flake. No steps select the outputs themselves.
 *
 * <p>Every selector that can be constructed has a canonical text ({@link #toString}) that {@link
 * SelectorParser} reads back as an equal selector.
 *
 * @param steps from the root down
 */
public record Selector(List<Step> steps) {

  /**
   * Longest text of a selector in code points, as given and in canonical form. No path into a flake
   * comes near it; it bounds what a caller can make the daemon hold and Nix read.
   */
  public static final int MAX_LENGTH = 65_536;

  /** Selects the outputs themselves. */
  public static final Selector ROOT = new Selector(List.of());

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if the canonical text would be longer than {@link #MAX_LENGTH}
   */
  public Selector {
    steps = List.copyOf(steps);
    long length = SelectorPrinter.length(steps);
    if (length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a selector of %d characters is longer than %d".formatted(length, MAX_LENGTH));
    }
  }

  /** A selector with these steps. */
  public static Selector of(Step... steps) {
    return new Selector(List.of(steps));
  }

  /** A selector that names one attribute after another. */
  public static Selector path(String... names) {
    var steps = new ArrayList<Step>(names.length);
    for (String name : names) {
      steps.add(new Step.Name(name));
    }
    return new Selector(steps);
  }

  /** This selector with one more step. */
  public Selector plus(Step step) {
    var longer = new ArrayList<>(steps);
    longer.add(step);
    return new Selector(longer);
  }

  /** The canonical text. */
  @Override
  public String toString() {
    return SelectorPrinter.print(this);
  }
}
