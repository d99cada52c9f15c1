package dev.arda.nix.flake.eval;

import dev.arda.nix.flake.selector.Mismatch;
import dev.arda.nix.types.JsonText;
import java.util.List;

/** What became of a question. */
public sealed interface Answer {

  /**
   * A value.
   *
   * @param text JSON
   * @param context what the value's strings refer to in the store; empty unless it was asked for
   */
  record Value(JsonText text, List<Dependency> context) implements Answer {
    /** Copies the list. */
    public Value {
      context = List.copyOf(context);
    }

    /** A value that is written already: UTF-8 JSON text, handed over. */
    public Value(byte[] json, List<Dependency> context) {
      this(JsonText.of(json), context);
    }

    /** The whole text, UTF-8; to be read only. */
    public byte[] json() {
      return text.bytes();
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
