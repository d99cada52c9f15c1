package dev.arda.nix.flake;

import dev.arda.nix.flake.eval.Evaluator;
import dev.arda.nix.types.ValueEncoding;
import java.util.List;

/**
 * A question to a flake.
 *
 * @param flake flake reference as the user wrote it; empty: the default of the context
 * @param selectors selectors as the user wrote them
 * @param realise whether to build the store paths that the values mention
 * @param encoding how values are written
 * @param priority whether somebody waits for the answer
 */
public record SelectionRequest(
    String flake,
    List<String> selectors,
    boolean realise,
    ValueEncoding encoding,
    Evaluator.Priority priority) {

  /** Copies the list. */
  public SelectionRequest {
    selectors = List.copyOf(selectors);
  }

  /** Somebody waits for the answer. */
  public SelectionRequest(
      String flake, List<String> selectors, boolean realise, ValueEncoding encoding) {
    this(flake, selectors, realise, encoding, Evaluator.Priority.INTERACTIVE);
  }
}
