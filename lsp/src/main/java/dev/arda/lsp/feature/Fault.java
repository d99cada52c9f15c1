package dev.arda.lsp.feature;

import java.util.List;

/**
 * Something wrong in a text.
 *
 * @param start offset where it begins
 * @param end offset where it ends
 * @param severity how bad it is
 * @param code which kind of fault, a stable word
 * @param message what is wrong, for a person
 * @param fixes what may be meant instead
 */
public record Fault(
    int start, int end, Severity severity, String code, String message, List<Fix> fixes) {

  /** Copies the list. */
  public Fault {
    fixes = List.copyOf(fixes);
  }

  /** How bad a fault is. */
  public enum Severity {
    /** The flake cannot be evaluated. */
    ERROR,
    /** It is so in the flake as it is saved. */
    WARNING,
    /** It was so in an earlier state of the flake, or need not be wrong. */
    HINT
  }

  /**
   * A way to repair it.
   *
   * @param title what it does
   * @param text what is written in place of the faulty part
   */
  public record Fix(String title, String text) {}
}
