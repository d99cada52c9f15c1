package dev.arda.nix.flake.cache;

import java.util.List;

/**
 * An answer does not fit its selector, or contradicts an earlier answer. The tree that refused it
 * is unchanged. Since answers for one key cannot differ, either that key says too little or the
 * evaluation is not reproducible: the caller may use the answer, and had better drop the tree.
 */
@SuppressWarnings("serial") // never serialised
public final class ContradictionException extends RuntimeException {

  private final List<String> at;

  ContradictionException(List<String> at, String message) {
    super("at ." + String.join(".", at) + ": " + message, null, false, false);
    this.at = List.copyOf(at);
  }

  /** Names and indices that lead to the value in question. */
  public List<String> at() {
    return at;
  }
}
