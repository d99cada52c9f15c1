package dev.arda.nix.flake.eval;

import dev.arda.nix.flake.selector.Mismatch;
import java.util.List;

/** What became of a question. */
public sealed interface Answer {

  /**
   * A value.
   *
   * @param json UTF-8 JSON text
   * @param context what the value's strings refer to in the store; empty unless it was asked for
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Value(byte[] json, List<Dependency> context) implements Answer {
    /** Copies the list. */
    public Value {
      context = List.copyOf(context);
    }
  }

  /**
   * Names of attributes.
   *
   * @param names in bytewise order
   */
  record Names(List<String> names) implements Answer {
    /** Copies the list. */
    public Names {
      names = List.copyOf(names);
    }
  }

  /** The selector does not fit the value. */
  record Mismatched(Mismatch mismatch) implements Answer {}

  /**
   * In JSON the selection collapses into one of its attributes; only a question for JSON tells into
   * what.
   */
  record Collapsed() implements Answer {}

  /**
   * The evaluation failed in a way that says nothing here; asking this question alone tells why.
   */
  record Failed() implements Answer {}

  /**
   * A derivation whose outputs a string refers to.
   *
   * @param drvPath its store path
   * @param outputs the outputs; never empty
   */
  record Dependency(String drvPath, List<String> outputs) {
    /** Copies the list. */
    public Dependency {
      outputs = List.copyOf(outputs);
    }
  }
}
